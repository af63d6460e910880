import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { brokersUnderTest, freshBus, until } from '@novasim/testkit';
import { connect } from 'amqplib';
import { describe, expect, test } from 'vitest';
import type { TopologyView } from '../src/state/topology.ts';
import { observe } from './observer-under-test.ts';

test.for([
  ['/api/flows?limit=many', 400, 'limit', 'many', 'limit: wants a whole number from 1 to 1000; got "many"'],
  ['/api/flows?limit=0', 400, 'limit', '0', 'limit: wants at least 1; got "0"'],
  ['/api/flows?before=x', 400, 'before', 'x', 'milliseconds since 1970'],
  ['/api/flows?colour=red', 400, 'colour', undefined, 'known are q, limit, before'],
  ['/api/flows/req-none', 404, 'request_id', 'req-none', 'no flow "req-none" is known'],
  ['/api/flows/a/compare/b', 404, 'a', 'a', 'no flow "a" is known'],
  ['/api/flows/none.svg', 404, 'request_id', 'none', 'no flow "none" is known'],
  ['/api/messages/one', 400, 'id', 'one', 'wants the number of a message; got "one"'],
  ['/api/messages/7', 404, 'id', 7, 'no message 7 is known'],
  ['/api/route', 400, 'exchange', undefined, 'wants the name of an exchange'],
  ['/api/nothing', 404, 'path', '/api/nothing', 'there is nothing at'],
  ['/cloud-api/compute/v2.1/servers', 503, 'NOVASIM_API_URL', undefined, 'not set'],
] as const)('%s is %i and names the field and its value', async ([path, status, field, value, said]) => {
  await using observer = await observe(undefined, { OBSERVER_REPLAY: '/dev/null' });

  const response = await fetch(observer.url + path);

  expect(response.status).toBe(status);
  const body = (await response.json()) as { error: string };
  expect(body).toEqual({ error: expect.stringContaining(said), field, ...(value !== undefined && { value }) });
});

test('only what is read: other methods are 405', async () => {
  await using observer = await observe(undefined, { OBSERVER_REPLAY: '/dev/null' });
  const response = await fetch(`${observer.url}/api/flows`, { method: 'POST' });
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET']);
});

test.for([
  ['a name that is not of this machine', { host: 'evil.example:8780' }, 'Host'],
  ['a page of another origin', { origin: 'http://evil.example' }, 'Origin'],
] as const)('who comes by %s is turned away', async ([, headers, field]) => {
  await using observer = await observe(undefined, { OBSERVER_REPLAY: '/dev/null' });
  const asked = request(`${observer.url}/api/flows`, { headers }).end();
  const [response] = (await once(asked, 'response')) as [import('node:http').IncomingMessage];
  expect(response.statusCode).toBe(403);
  const body = (await response.setEncoding('utf8').toArray()).join('');
  expect(JSON.parse(body)).toMatchObject({ field });
});

test('the OpenAPI document describes every path with its answer', async () => {
  await using observer = await observe(undefined, { OBSERVER_REPLAY: '/dev/null' });
  const document = await observer.get<{ paths: Record<string, Record<string, { responses: object }>> }>(
    '/openapi.json',
  );
  expect(Object.keys(document.paths).toSorted()).toEqual([
    '/api/cloud',
    '/api/events',
    '/api/flows',
    '/api/flows/{a}/compare/{b}',
    '/api/flows/{request_id}',
    '/api/flows/{request_id}.mmd',
    '/api/flows/{request_id}.puml',
    '/api/flows/{request_id}.svg',
    '/api/flows/{request_id}/log',
    '/api/lab',
    '/api/lab/connections/{name}/break',
    '/api/lab/held/{id}/drop',
    '/api/lab/held/{id}/release',
    '/api/lab/hypervisors/{host}',
    '/api/lab/rules',
    '/api/lab/rules/{id}',
    '/api/lab/services/{name}/kill',
    '/api/lab/services/{name}/restart',
    '/api/messages/{id}',
    '/api/route',
    '/api/status',
    '/api/topology',
  ]);
  for (const { responses } of Object.values(document.paths).flatMap((path) => Object.values(path))) {
    expect(Object.keys(responses)).toEqual([expect.stringMatching(/^20[01]$/), 'default']);
  }
  const response = await fetch(`${observer.url}/metrics`);
  expect(await response.text()).toContain('novasim_observer_messages_seen');
});

test('the pages are served under a strict policy, every view by the one page', async () => {
  const built = spawnSync(process.execPath, [
    fileURLToPath(new URL('../../../tools/build-study.mjs', import.meta.url)),
  ]);
  expect(built.status).toBe(0);
  await using observer = await observe(undefined, { OBSERVER_REPLAY: '/dev/null' });
  for (const path of ['/', '/flows', '/flows/req-1', '/compare/a/b', '/bus', '/cloud', '/lab']) {
    const response = await fetch(observer.url + path);
    expect([path, response.status, response.headers.get('content-type')]).toEqual([
      path,
      200,
      'text/html; charset=utf-8',
    ]);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|\*|http/);
    expect(await response.text()).not.toMatch(/<script>|style="/);
  }
  expect((await fetch(`${observer.url}/assets/none.js`)).status).toBe(404);
});

test('what the pages ask of the cloud goes to its REST API, headers and body too', async () => {
  const heard: { url: string | undefined; token: unknown; body: string }[] = [];
  const api = createServer(async (asked, answer) => {
    heard.push({ url: asked.url, token: asked.headers['x-auth-token'], body: (await asked.toArray()).join('') });
    answer
      .writeHead(202, { 'x-openstack-request-id': 'req-1', 'content-type': 'application/json' })
      .end('{"server":{}}');
  }).listen(0, '127.0.0.1');
  await once(api, 'listening');
  const { port } = api.address() as AddressInfo; // it listens on TCP
  try {
    await using observer = await observe(undefined, {
      OBSERVER_REPLAY: '/dev/null',
      NOVASIM_API_URL: `http://127.0.0.1:${port}`,
    });
    const response = await fetch(`${observer.url}/cloud-api/compute/v2.1/servers?a=1`, {
      method: 'POST',
      headers: { 'x-auth-token': 't' },
      body: '{}',
    });
    expect([response.status, response.headers.get('x-openstack-request-id')]).toEqual([202, 'req-1']);
    expect(await response.json()).toEqual({ server: {} });
    expect(heard).toEqual([{ url: '/compute/v2.1/servers?a=1', token: 't', body: '{}' }]);
    expect((await observer.status()).has_cloud_api).toBe(true);
  } finally {
    api.close();
  }
});

describe.each(await brokersUnderTest())('the topology of $name', (broker) => {
  test('shows what is declared, where messages are lost, and where one would go', { timeout: 60_000 }, async () => {
    await using bus = await freshBus(broker);
    const client = await connect(bus.url, { clientProperties: { connection_name: 'nova-compute:1:x' } });
    try {
      const channel = await client.createChannel();
      await channel.assertExchange('nova', 'topic', { durable: false });
      await channel.assertExchange('empty_fanout', 'fanout', { durable: false });
      for (const queue of ['compute.h1', 'compute.h2', 'reply_gone'])
        await channel.assertQueue(queue, { durable: true });
      for (const queue of ['compute.h1', 'compute.h2']) await channel.bindQueue(queue, 'nova', queue);
      await channel.consume('compute.h1', () => {}, { noAck: true });
      channel.publish('nova', 'compute.h2', Buffer.from('{}'));
      await using observer = await observe(bus);

      const view = await until(
        async () => {
          const found = await observer.get<TopologyView>('/api/topology');
          const isCounted =
            found.queues.some(({ ready }) => ready === 1) && found.consumers.some(({ program }) => program);
          return isCounted && found;
        },
        { withinMs: 20_000, everyMs: 100, what: 'the queues and who consumes' },
      );
      expect(view.queues.map(({ name, ready, consumers }) => [name, ready, consumers])).toEqual([
        ['compute.h1', 0, 1],
        ['compute.h2', 1, 0],
        ['reply_gone', 0, 0],
      ]);
      expect(view.consumers).toMatchObject([{ queue: 'compute.h1', program: 'nova-compute:1:x' }]);
      expect(view.dead_ends.map(({ kind, name }) => [kind, name])).toEqual([
        ['unread queue', 'compute.h2'],
        ['ownerless reply queue', 'reply_gone'],
        ['unbound exchange', 'empty_fanout'],
      ]);
      const verdictOf = async (exchange: string, key: string) =>
        (await observer.get<{ verdict: string }>(`/api/route?exchange=${exchange}&routing_key=${key}`)).verdict;
      expect(await verdictOf('nova', 'compute.h1')).toBe('It goes to compute.h1, where its one consumer takes it.');
      expect(await verdictOf('nova', 'compute.h2')).toBe('It waits in compute.h2, which nobody consumes from.');
      expect(await verdictOf('nova', 'compute.h3')).toContain('No binding of the exchange nova fits compute.h3');
      expect(await verdictOf('', 'reply_gone')).toBe('It waits in reply_gone, which nobody consumes from.');
      expect(await verdictOf('neutron', 'x')).toContain('There is no exchange neutron');
      const cloud = await observer.get<{ hosts: { name: string; is_up: boolean; waiting: number }[] }>('/api/cloud');
      expect(cloud.hosts).toMatchObject([
        { name: 'h1', is_up: true, waiting: 0 },
        { name: 'h2', is_up: false, waiting: 1 },
      ]);
    } finally {
      await client.close();
    }
  });
});
