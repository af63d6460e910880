import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RpcClient, serve } from '@novasim/rpc';
import { baseConfig, closeServer, createLogger, joinBus, listen, NO_TROUBLE, readEnv } from '@novasim/service';
import { freshBus, until } from '@novasim/testkit';
import type { FlowSummary } from '@novasim/trace';
import express from 'express';
import { describe, expect, test } from 'vitest';
import { errorHandler } from '../src/http/answer.ts';
import { labRouter } from '../src/lab/lab-router.ts';
import type { LabView } from '../src/lab/lab-view.ts';
import { openLab } from '../src/lab/open-lab.ts';
import { observe } from './observer-under-test.ts';

const log = createLogger({ service: 'test', host: 'test', level: 'silent', format: 'json' });
const signal = new AbortController().signal;

/** A service of a lab, a desk, and its routes on a port of their own. */
async function startLab() {
  await using opened = new AsyncDisposableStack();
  const bus = opened.use(await freshBus());
  const config = readEnv({ TRANSPORT_URL: bus.url, NOVASIM_LAB: '1', HOST: 'box' }, (from) => baseConfig(from));
  const killed: string[] = [];
  const launcher = {
    processes: () => [{ service: 'api', pid: 7, is_own: true }],
    kill: async (service: string, how: string) => void killed.push(`${service} ${how}`),
    restart: async (service: string) => void killed.push(`${service} again`),
  };
  const hypervisors = new Map([['h1', { trouble: NO_TROUBLE }]]);
  const transport = opened.use(await joinBus('nova-compute', { config, log, signal, lab: { hypervisors, launcher } }));
  const heard: string[] = [];
  const bell = { ring: (_ctx: object, { who }: { who: string }) => heard.push(who) };
  await serve(transport, { topic: 'bell', server: 'tower' }, [bell]);
  const lab = opened.use(openLab({ config, log, signal }));
  await until(() => lab.desk?.services.length === 1, { what: 'the service is in the lab' });
  const server = opened.use(await serveRouter(labRouter(lab)));
  const ring = (who: string) => new RpcClient<typeof bell>(transport, { topic: 'bell' }).cast({}, 'ring', { who });
  const closing = opened.move();
  return { ...server, heard, killed, hypervisors, ring, [Symbol.asyncDispose]: () => closing.disposeAsync() };
}

async function serveRouter(router: ReturnType<typeof labRouter>) {
  const app = express().use('/api/lab', router).use(errorHandler(log));
  const server = createServer(app);
  await listen(server, 0, '127.0.0.1', 'port');
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  const url = `http://127.0.0.1:${port}`;
  const ask = async (method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) => {
    const response = await fetch(`${url}/api/lab${path}`, {
      method,
      headers: { connection: 'close', 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as LabView & { added: string; error: string } };
  };
  return { url, ask, [Symbol.asyncDispose]: () => closeServer(server) };
}

test('the lab shows who is there, with what can be played with', async () => {
  await using lab = await startLab();
  expect(await lab.ask('GET', '')).toMatchObject({
    status: 200,
    body: {
      services: [{ name: 'compute.box', service: 'compute', host: 'box', pid: process.pid, is_silent: false }],
      rules: [],
      held: [],
      hypervisors: [{ host: 'h1', service: 'compute.box', ...NO_TROUBLE }],
      processes: [{ service: 'api', pid: 7, is_own: true }],
    },
  });
});

test('a rule holds the next message, which can be released or dropped; a rule can be taken back', async () => {
  await using lab = await startLab();
  const rule = { action: 'hold', times: 3, match: { side: 'publish', method: 'ring' } };
  const { status, body: added } = await lab.ask('POST', '/rules', rule);
  expect([status, added.rules]).toEqual([201, [{ ...rule, id: added.added, services: ['compute.box'] }]]);
  for (const who of ['ann', 'bob']) await lab.ring(who);
  const { held } = await until(async () => {
    const { body } = await lab.ask('GET', '');
    return body.held.length === 2 && body;
  });
  expect(held[0]).toMatchObject({ by: 'compute.box', method: 'ring', rule_id: added.added, action: 'hold' });
  await lab.ask('POST', `/held/${held[0]?.id}/drop`, {});
  await lab.ask('POST', `/held/${held[1]?.id}/release`, {});
  await until(() => lab.heard.length === 1);
  expect(lab.heard).toEqual(['bob']);
  expect((await lab.ask('DELETE', `/rules/${added.added}`)).body).toMatchObject({ rules: [], held: [] });
});

test('hypervisors, processes and connections are reached by their names', async () => {
  await using lab = await startLab();
  await lab.ask('POST', '/hypervisors/h1', { slow_ms: 500, fail_next: 1 });
  expect(lab.hypervisors.get('h1')?.trouble).toEqual({ slow_ms: 500, fail_next: 1, fail_rate: 0 });
  await lab.ask('POST', '/services/api/kill', {});
  await lab.ask('POST', '/services/api/kill', { signal: 'SIGTERM' });
  await lab.ask('POST', '/services/api/restart', {});
  expect(lab.killed).toEqual(['api SIGKILL', 'api SIGTERM', 'api again']);
  expect((await lab.ask('POST', '/connections/compute.box/break', {})).status).toBe(200);
});

describe('what is wrong is said with field and value', () => {
  test.for<[string, string, unknown, number, object]>([
    ['an unknown action', '/rules', { action: 'burn', match: {} }, 400, { field: 'action', value: 'burn' }],
    ['no side', '/rules', { action: 'hold', match: {} }, 400, { field: 'match.side' }],
    [
      'a field too many',
      '/rules',
      { action: 'hold', match: { side: 'publish', x: 1 } },
      400,
      { field: 'match.x', value: 1 },
    ],
    [
      'a delay without its length',
      '/rules',
      { action: 'delay', match: { side: 'publish' } },
      400,
      { field: 'delay_ms' },
    ],
    ['a twin on arrival', '/rules', { action: 'duplicate', match: { side: 'dispatch' } }, 400, { value: 'dispatch' }],
    ['a fail rate of 7', '/hypervisors/h1', { fail_rate: 7 }, 400, { field: 'fail_rate', value: 7 }],
    ['a wild signal', '/services/api/kill', { signal: 'SIGHUP' }, 400, { field: 'signal', value: 'SIGHUP' }],
    ['no JSON', '/rules', '{', 400, { field: 'body' }],
    ['an unknown host', '/hypervisors/h9', {}, 404, { error: 'no hypervisor of a host "h9": h1' }],
    ['an unknown message', '/held/x/drop', {}, 404, { error: 'no held message "x": there is none' }],
    ['an unknown connection', '/connections/x/break', {}, 404, { error: 'no service "x": compute.box' }],
  ])('%s', async ([, path, body, status, told]) => {
    await using lab = await startLab();
    expect(await lab.ask('POST', path, body)).toMatchObject({ status, body: told });
  });
});

describe('another page is kept out', () => {
  test.for<[string, Readonly<Record<string, string>>, number, string]>([
    ['a foreign origin', { origin: 'http://evil.example' }, 403, 'Origin'],
    ['a form', { 'content-type': 'text/plain' }, 415, 'content-type: wants application/json; got "text/plain"'],
  ])('%s', async ([, headers, status, words]) => {
    await using lab = await startLab();
    const { status: got, body } = await lab.ask('POST', '/services/api/kill', '{}', headers);
    expect([got, body.error]).toEqual([status, expect.stringContaining(words)]);
    expect(lab.killed).toEqual([]);
  });
});

test('the lab’s own messages are not among the flows that the observer shows', async () => {
  await using bus = await freshBus();
  await using observer = await observe(bus, { NOVASIM_LAB: '1' });
  const config = readEnv({ TRANSPORT_URL: bus.url, NOVASIM_LAB: '1', HOST: 'box' }, (from) => baseConfig(from));
  await using transport = await joinBus('nova-api', { config, log, signal });
  await until(async () => (await observer.get<LabView>('/api/lab')).services.length === 1, {
    what: 'the api is in it',
  });
  await fetch(`${observer.url}/api/lab/connections/api.box/break`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  await new RpcClient<{ knock(ctx: object, args: object): void }>(transport, { topic: 'door' }).cast({}, 'knock', {});
  await observer.search('knock');
  const { flows } = await observer.get<{ flows: readonly FlowSummary[] }>('/api/flows');
  expect(flows.map(({ title }) => title)).toEqual(['door.knock']);
});

test('readers of events are told when the lab is another, and not of reports that say the same', async () => {
  await using bus = await freshBus();
  await using observer = await observe(bus, { NOVASIM_LAB: '1' });
  using reader = await observer.events();
  const config = readEnv({ TRANSPORT_URL: bus.url, NOVASIM_LAB: '1', HOST: 'box' }, (from) => baseConfig(from));
  await using transport = await joinBus('nova-api', { config, log, signal });
  await reader.seen(({ type, data }) => type === 'lab' && Object(data['services']).length === 1);
  await fetch(`${observer.url}/api/lab/rules`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ action: 'hold', match: { side: 'publish', method: 'knock' } }),
  });
  await reader.seen(({ type, data }) => type === 'lab' && Object(data['rules']).length === 1);
  await new RpcClient<{ knock(ctx: object, args: object): void }>(transport, { topic: 'door' }).cast({}, 'knock', {});
  await reader.seen(({ type, data }) => type === 'lab' && Object(data['held']).length === 1);
  const told = reader.events.filter(({ type }) => type === 'lab').map(({ data }) => withoutTimes(data));
  expect(told).toEqual([...new Set(told)]);
});

function withoutTimes(lab: object): string {
  return JSON.stringify(lab, (key, value: unknown) => (key === 'seen_ms' ? undefined : value));
}

test('until the broker answers the lab is 503', async () => {
  await using server = await serveRouter(labRouter({ desk: undefined }));
  expect(await server.ask('GET', '')).toMatchObject({
    status: 503,
    body: { error: expect.stringContaining('not on the bus yet') },
  });
});

test('without NOVASIM_LAB every door is 404 and says how to open it', async () => {
  await using server = await serveRouter(labRouter(undefined));
  for (const [method, path] of [
    ['GET', ''],
    ['POST', '/rules'],
    ['DELETE', '/rules/x'],
  ] as const) {
    expect(await server.ask(method, path)).toMatchObject({
      status: 404,
      body: { error: 'there is no lab: start the observer and the services with NOVASIM_LAB=1' },
    });
  }
});
