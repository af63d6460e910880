import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { Child } from '../src/child.ts';
import type { CloudEvent } from '../src/report.ts';
import { SupervisedProcess } from '../src/supervised-process.ts';

const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}.ts`, import.meta.url));
const entry = fixture('program');

test('a child tells when it serves, its lines come whole, and it stops when told', async () => {
  const printed: string[] = [];
  const child = new Child({ name: 'it', entry, env: {}, print: (lines) => printed.push(lines) });

  expect(await child.ready).toMatchObject({ port: 4711, pid: child.pid });
  await child.stop(10_000);
  await child.stop(10_000);

  expect(await child.ended).toBe('exit code 0');
  expect(printed.join('')).toBe('half a line\nno end\n');
  expect(isAlive(child.pid)).toBe(false);
});

test('a child that cannot start says why', async () => {
  const child = new Child({ name: 'it', entry, env: { BEHAVIOUR: 'fails' }, print: () => {} });

  await expect(child.ready).rejects.toThrow('it did not start (exit code 1): no bread');
});

test('a program that is not there is an error with its path', async () => {
  const printed: string[] = [];
  const child = new Child({ name: 'it', entry: '/not/there.ts', env: {}, print: (lines) => printed.push(lines) });

  await expect(child.ready).rejects.toThrow('it did not start (exit code 1)');
  expect(printed.join('')).toContain('/not/there.ts');
});

test('a child that does not stop when told is killed at the deadline', async () => {
  const child = new Child({ name: 'it', entry, env: { BEHAVIOUR: 'stubborn' }, print: () => {} });
  await child.ready;

  await child.stop(50);

  expect(await child.ended).toBe('SIGKILL');
});

test('a child ends by itself when its parent is killed', async () => {
  const parent = fork(fixture('parent'), { execArgv: [] });
  const [pid] = (await once(parent, 'message')) as [number];
  expect(isAlive(pid)).toBe(true);

  parent.kill('SIGKILL');

  await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
});

test('a service that is killed is reported and started again, and stopping ends that', async () => {
  const events: CloudEvent[] = [];
  const service = supervise({ report: (event) => events.push(event) });
  await service.ready;
  const first = service.pid;

  await service.kill('SIGKILL');
  expect(service.pid).toBeUndefined();
  await expect.poll(() => service.info, { timeout: 10_000 }).not.toMatchObject({ pid: first });
  const second = service.pid;
  await service.stop();

  expect(second).not.toBe(first);
  expect(events).toEqual([
    { what: 'service died, starting it again', service: 'network', end: 'SIGKILL', delay_ms: 250 },
  ]);
  expect([service.pid, isAlive(second ?? 0)]).toEqual([undefined, false]);
});

test('a service that keeps dying is started again later each time', async () => {
  const delays: unknown[] = [];
  const service = supervise({ report: (event) => delays.push(event['delay_ms']) });
  await service.ready;
  service.setEnv({ BEHAVIOUR: 'fails' });

  await service.kill('SIGKILL');
  await expect.poll(() => delays, { timeout: 20_000 }).toEqual([250, 500, 1_000]);

  await service.stop();
});

test('a service that is not restarted stays down until it is asked for, and then has the variables set since', async () => {
  const service = supervise({ isRestarted: false });
  await service.ready;
  await service.kill('SIGKILL');
  expect(service.pid).toBeUndefined();

  await service.restart();
  expect(service.info).toMatchObject({ pid: service.pid });

  service.setEnv({ BEHAVIOUR: 'fails' });
  await expect(service.restart()).rejects.toThrow('no bread');
  await service.stop();
});

test('a service that is taken down stays down until it is asked for, and from then on is started again', async () => {
  const events: CloudEvent[] = [];
  const service = supervise({ report: (event) => events.push(event) });
  await service.ready;
  await service.takeDown('SIGKILL');
  await service.takeDown('SIGKILL');
  expect([service.pid, events]).toEqual([undefined, []]);

  await service.restart();
  const second = service.pid;
  await service.kill('SIGKILL');
  await expect.poll(() => service.info, { timeout: 10_000 }).not.toMatchObject({ pid: second });
  expect(events).toHaveLength(1);
  await service.stop();
});

function supervise(options: { isRestarted?: boolean; report?: (event: CloudEvent) => void }): SupervisedProcess {
  return new SupervisedProcess({
    name: 'network',
    entry,
    env: {},
    print: () => {},
    isRestarted: true,
    report: () => {},
    stopDeadlineMs: 10_000,
    ...options,
  });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
