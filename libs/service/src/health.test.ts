import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { type Checks, runChecks, startHealth } from './health.ts';
import { createLogger } from './logger.ts';
import { createMetrics } from './metrics.ts';

const log = createLogger({ service: 's', host: 'h', level: 'silent' });

async function healthOf(checks: Checks) {
  const metrics = createMetrics({ service: 's', host: 'h' });
  return await startHealth({ port: 0, checks, metrics, log });
}

test('a service whose checks hold is 200', async () => {
  await using health = await healthOf({ bus: () => undefined, store: async () => undefined });
  const answer = await fetch(`http://127.0.0.1:${health.port}/healthz`);
  expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok', checks: { bus: 'ok', store: 'ok' } }]);
});

test('a service that lacks something is 503 and says what', async () => {
  await using health = await healthOf({
    bus: () => 'reconnecting to 127.0.0.1:5672',
    store: () => Promise.reject(new Error('disk full')),
    fine: () => undefined,
  });
  const answer = await fetch(`http://127.0.0.1:${health.port}/healthz`);
  expect([answer.status, await answer.json()]).toEqual([
    503,
    { status: 'unavailable', checks: { bus: 'reconnecting to 127.0.0.1:5672', store: 'disk full', fine: 'ok' } },
  ]);
});

test('a check that hangs has failed at the deadline', async () => {
  const report = await runChecks({ hung: () => new Promise(() => {}), fine: () => undefined }, 20);
  expect(report.checks).toEqual({ hung: 'no answer within 20 ms', fine: 'ok' });
});

test('metrics of the process are served as text, other paths are 404', async () => {
  await using health = await healthOf({});
  const metrics = await fetch(`http://127.0.0.1:${health.port}/metrics`);
  expect(metrics.headers.get('content-type')).toMatch(/^text\/plain/);
  expect(await metrics.text()).toContain('process_resident_memory_bytes');
  expect((await fetch(`http://127.0.0.1:${health.port}/other`)).status).toBe(404);
});

test('a taken port is an error that names the variable to change', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;
  const metrics = createMetrics({ service: 's', host: 'h', process: false });
  await expect(startHealth({ port, checks: {}, metrics, log })).rejects.toThrow(
    `127.0.0.1:${port} is taken: set HEALTH_PORT to another port (0 takes any free one)`,
  );
  other.close();
});
