import { tapFirehose, toldOn, until } from '@novasim/testkit';
import { expect, test } from 'vitest';
import { CIRROS, startApiUnderTest } from './api-under-test.ts';

const NOBODY = '00000000-0000-4000-8000-000000000000';

test('no answer waits for what is told of it', async () => {
  await using api = await startApiUnderTest();
  await using firehose = await tapFirehose(api.bus);
  const release = api.holdBus();
  const { status } = await api.ask(`/compute/v2.1/servers/${NOBODY}`);
  expect(status).toBe(404);
  expect(toldOn(firehose)).toEqual([]);
  release();
  const [told] = await until(() => toldOn(firehose).length === 1 && toldOn(firehose));
  expect(told).toMatchObject({
    event_type: 'http.response',
    publisher_id: 'api.api-1',
    payload: {
      request: { REQUEST_METHOD: 'GET', PATH_INFO: `/compute/v2.1/servers/${NOBODY}` },
      response: { status: '404 Not Found' },
      instance_id: NOBODY,
    },
  });
});

test('a client that leaves before the answer is told of', async () => {
  await using api = await startApiUnderTest();
  await using firehose = await tapFirehose(api.bus);
  const release = api.holdBus();
  const leaving = new AbortController();
  const asking = fetch(`${api.url}/compute/v2.1/servers`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ server: { name: 'vm', flavorRef: '1', imageRef: CIRROS } }),
    signal: leaving.signal,
  });
  // The row is there: the request waits for the bus to take its message.
  await until(async () => (await api.store.instances.list({})).length === 1, { what: 'the row' });
  leaving.abort();
  await expect(asking).rejects.toThrow();
  await until(() => api.log.some((line) => line.includes('"msg":"request"')), { what: 'the end of the exchange' });
  release();
  const told = await until(() => toldOn(firehose).find(({ event_type }) => event_type === 'http.response'));
  expect(told.payload).toMatchObject({ exception: { value: expect.stringContaining('left before') } });
  expect(told.payload).not.toHaveProperty('response');
});

test('who asks for health and metrics again and again is not told of, and neither is a query', async () => {
  await using api = await startApiUnderTest();
  await using firehose = await tapFirehose(api.bus);
  expect((await api.ask('/healthz')).status).toBe(503); // of a cloud without the other services
  await api.ask('/metrics');
  await api.ask(`/compute/v2.1/servers/${NOBODY}?token=hunter2`);
  const told = await until(() => toldOn(firehose).length > 0 && toldOn(firehose));
  expect(told.map(({ payload }) => payload.request.PATH_INFO)).toEqual([`/compute/v2.1/servers/${NOBODY}`]);
});
