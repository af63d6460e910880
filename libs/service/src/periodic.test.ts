import { expect, test } from 'vitest';
import { manualClock } from './clock.ts';
import { createLogger } from './logger.ts';
import { periodic } from './periodic.ts';

function silence() {
  const lines: string[] = [];
  const log = createLogger({
    service: 's',
    host: 'h',
    format: 'json',
    destination: { write: (line) => void lines.push(line) },
  });
  return { lines, log };
}

/** Lets promises that are settled run on. */
const turnOver = () => new Promise<void>((resolve) => setImmediate(resolve));

test('a task runs after each interval, at once only when asked', async () => {
  const clock = manualClock();
  const { log } = silence();
  const ran = { later: 0, now: 0 };
  await using _ = periodic({ name: 'later', intervalMs: 100, log, clock }, () => void ran.later++);
  await using __ = periodic({ name: 'now', intervalMs: 100, immediately: true, log, clock }, () => void ran.now++);
  await turnOver();
  expect(ran).toEqual({ later: 0, now: 1 });
  clock.advance(99);
  await turnOver();
  expect(ran).toEqual({ later: 0, now: 1 });
  clock.advance(1);
  await turnOver();
  expect(ran).toEqual({ later: 1, now: 2 });
});

test('turns never overlap: the interval begins when a turn has ended', async () => {
  const clock = manualClock();
  const { log } = silence();
  const turn = Promise.withResolvers<void>();
  let ran = 0;
  await using task = periodic({ name: 't', intervalMs: 10, log, clock }, () => {
    ran += 1;
    return ran === 1 ? turn.promise : undefined;
  });
  clock.advance(10);
  clock.advance(100);
  const triggered = task.trigger();
  expect(ran).toBe(1);
  turn.resolve();
  await triggered;
  clock.advance(10);
  await turnOver();
  expect(ran).toBe(2);
});

test('a turn that fails is logged, and the next one comes', async () => {
  const clock = manualClock();
  const { log, lines } = silence();
  let ran = 0;
  await using _ = periodic({ name: 'flaky', intervalMs: 10, log, clock }, () => {
    ran += 1;
    throw new Error(`failure ${ran}`);
  });
  clock.advance(10);
  await turnOver();
  clock.advance(10);
  await turnOver();
  expect(ran).toBe(2);
  expect(lines[0]).toContain('"task":"flaky"');
  expect(lines[0]).toContain('failure 1');
});

test('its end tells the running turn and waits for it; nothing runs after', async () => {
  const clock = manualClock();
  const { log } = silence();
  const events: string[] = [];
  const task = periodic({ name: 't', intervalMs: 10, immediately: true, log, clock }, async (signal) => {
    events.push('begun');
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    events.push('told');
  });
  await task[Symbol.asyncDispose]();
  events.push('disposed');
  clock.advance(1_000);
  await turnOver();
  expect(events).toEqual(['begun', 'told', 'disposed']);
});

test('a signal ends it too', async () => {
  const clock = manualClock();
  const { log } = silence();
  const stop = new AbortController();
  let ran = 0;
  await using _ = periodic({ name: 't', intervalMs: 10, log, clock, signal: stop.signal }, () => void ran++);
  stop.abort();
  clock.advance(100);
  await turnOver();
  expect(ran).toBe(0);
});
