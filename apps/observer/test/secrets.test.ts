import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getHeapSnapshot } from 'node:v8';
import { brokersUnderTest, freshBus, publishRaw, until } from '@novasim/testkit';
import type { Flow, FlowSummary } from '@novasim/trace';
import { describe, expect, test } from 'vitest';
import { type ObserverUnderTest, observe } from './observer-under-test.ts';

/** Put together when it is needed, so that no text of this program holds it. */
const secretOf = (n: number) => ['hunter', 'two', n].join('-');

describe.each(await brokersUnderTest())('secrets on $name', (broker) => {
  test('are in no answer, in no event, in no recording and not in memory', { timeout: 60_000 }, async () => {
    await using folder = await freshFolder();
    const file = join(folder.path, 'seen.ndjson');
    await using bus = await freshBus(broker);
    {
      await using observer = await observe(bus, { OBSERVER_RECORD: file });
      using events = await observer.events();
      await publishRaw(bus, secretMessages());

      const { hops } = await observer.flow('req-secret', (flow) => flow.hops.length === 2);
      const answers = [
        await observer.get<Flow>('/api/flows/req-secret'),
        await observer.get<object>('/api/topology'),
        await observer.get<object>('/api/cloud'),
        ...(await everyMessage(observer)),
      ];
      await events.seen(({ data }) => data['request_id'] === 'req-secret');

      expect(JSON.stringify([answers, events.events])).not.toMatch(/hunter-two/);
      const [, first] = await Promise.all(
        hops.map(({ id }) => observer.get<{ message: unknown }>(`/api/messages/${id}`)),
      );
      expect(first?.message).toMatchObject({ args: { admin_password: '***', instance: { user_data: '***' } } });
      const held = secretOf(99); // what is in memory is found
      expect(new Set(await heapHolds(/hunter-two-\d+/))).toEqual(new Set([held]));
    }
    const recorded = await readFile(file, 'utf8');
    expect(recorded).toContain('build_and_run_instance');
    expect(recorded).not.toMatch(/hunter-two/);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });
});

/** Each message of each flow, once there are as many as were sent. */
async function everyMessage(observer: ObserverUnderTest): Promise<readonly object[]> {
  const flows = await until(async () => {
    const found = (await observer.get<{ flows: readonly FlowSummary[] }>('/api/flows')).flows;
    return found.length === 3 && found;
  });
  const whole = await Promise.all(flows.map(({ request_id }) => observer.get<Flow>(`/api/flows/${request_id}`)));
  const ids = whole.flatMap(({ hops, marks }) => [...hops, ...marks].map(({ id }) => id));
  return [flows, ...(await Promise.all(ids.map((id) => observer.get<object>(`/api/messages/${id}`))))];
}

/** A boot's messages, a notification and what is no JSON, each with secrets where they travel. */
function secretMessages() {
  const context = { _context_request_id: 'req-secret', _context_auth_token: secretOf(1) };
  const envelope = (message: object) =>
    JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': JSON.stringify({ ...message, ...context }) });
  return [
    {
      exchange: 'amq.topic',
      routingKey: 'notifications.info',
      headers: { 'x-auth-token': secretOf(2), about: { password: secretOf(3) } },
      body: envelope({
        event_type: 'http.request',
        publisher_id: 'api.h',
        payload: { request: { PATH_INFO: `/v2.1/servers?token=${secretOf(4)}` }, adminPass: secretOf(5) },
        _unique_id: 'a'.repeat(32),
      }),
    },
    {
      exchange: 'amq.topic',
      routingKey: 'compute.h1',
      body: envelope({
        method: 'build_and_run_instance',
        args: {
          admin_password: secretOf(6),
          instance: {
            user_data: Buffer.from(secretOf(7)).toString('base64') + secretOf(7),
            keys: [{ private_key: [secretOf(8)] }],
          },
        },
        version: '1.0',
        _unique_id: 'b'.repeat(32),
      }),
    },
    { exchange: 'amq.topic', routingKey: 'garbage', body: `{"oslo.message": "{\\"auth_token\\": \\"${secretOf(9)}` },
    {
      exchange: 'amq.topic',
      routingKey: 'garbage.form',
      body: `user=a&password=${secretOf(10)}`,
      contentType: 'text/plain',
    },
  ];
}

/** What in this process's memory, after a collection of garbage, looks so. */
async function heapHolds(pattern: RegExp): Promise<readonly string[]> {
  let rest = '';
  const found: string[] = [];
  for await (const chunk of getHeapSnapshot().setEncoding('latin1') as AsyncIterable<string>) {
    const text = rest + chunk;
    found.push(...(text.match(new RegExp(pattern, 'g')) ?? []));
    rest = text.slice(-50);
  }
  return found;
}

async function freshFolder() {
  const path = await mkdtemp(join(tmpdir(), 'novasim-observer-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
