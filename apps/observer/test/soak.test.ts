import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { freshBus, publishRaw, until } from '@novasim/testkit';
import { TraceStore } from '@novasim/trace';
import { expect, test } from 'vitest';
import type { StatusView } from '../src/status-view.ts';
import { castOf } from './cast.ts';
import { startProgramOn } from './observer-program.ts';

const MB = 1_048_576;

test('100,000 messages leave no more than the budget in the heap, and the newest flows', { timeout: 60_000 }, () => {
  const store = new TraceStore({ budgetMb: 8 });
  const forgotten: string[] = [];
  store.onChange((change) => forgotten.push(...change.forgotten));
  const before = sweptHeap();

  for (let seq = 0; seq < 100_000; seq++) {
    const { exchange, routingKey, body } = castOf(`req-${seq}`, 'x'.repeat(1_000));
    store.add({
      event: 'published',
      seq,
      at_ms: 1_767_225_600_000 + seq,
      exchange,
      routing_key: routingKey,
      properties: {},
      body,
      bytes: body.length,
    });
  }
  const names = 100_000 * 40; // what this test remembers of the flows that went
  expect(sweptHeap() - before).toBeLessThan(8 * MB + names);

  const { flows } = store.usage();
  expect(flows).toBeGreaterThan(1_000);
  expect(forgotten).toEqual(Array.from({ length: 100_000 - flows }, (_, seq) => `req-${seq}`));
  expect(store.flows({ limit: 1 })).toMatchObject([{ request_id: 'req-99999' }]);
});

test('names as long as bodies, and each another, are forgotten with their messages', { timeout: 60_000 }, () => {
  const store = new TraceStore({ budgetMb: 8 });
  const before = sweptHeap();

  for (let seq = 0; seq < 5_000; seq++) {
    const long = `${seq}`.padEnd(10_000, 'x');
    const body = JSON.stringify({ method: long, namespace: long, args: { host: long }, _unique_id: `${seq}` });
    const at = { seq, at_ms: 1_767_225_600_000 + seq };
    const address = { exchange: 'nova', routing_key: 'compute', routed_queues: [long], connection: long };
    store.add({ event: 'published', ...at, ...address, properties: { app_id: long }, body, bytes: body.length });
  }
  // A message's names are kept beside its body; the names of all would be 250 MB.
  expect(sweptHeap() - before).toBeLessThan(4 * 8 * MB);
  expect(store.usage().messages).toBeGreaterThan(100);
});

test.runIf(process.platform === 'linux')(
  '160 MB of messages over a broker leave the process small, and it says what it forgot',
  { timeout: 120_000 },
  async () => {
    await using bus = await freshBus();
    await using observer = await startProgramOn(bus, '--budget-mb', '8');
    const status = async () => (await (await fetch(`${observer.url}/api/status`)).json()) as StatusView; // its own words
    const flow = async (id: string) => (await fetch(`${observer.url}/api/flows/${id}`)).status;

    for (let sent = 0; sent < 20_000; sent += 2_000) {
      await publishRaw(
        bus,
        Array.from({ length: 2_000 }, (_, n) => castOf(`req-${sent + n}`, 'x'.repeat(8_000))),
      );
      await until(async () => (await status()).memory.seen_messages === sent + 2_000, {
        withinMs: 30_000,
        what: 'all of them to be seen',
      });
    }

    const { memory, gaps } = await status();
    expect(gaps).toEqual([]);
    expect(memory.bytes).toBeLessThanOrEqual(8 * MB);
    expect(memory.flows + memory.forgotten_flows).toBe(20_000);
    expect([await flow('req-0'), await flow('req-19999')]).toEqual([404, 200]);
    expect(residentMb(observer.pid)).toBeLessThan(220); // 130 without a message where nothing was compiled
  },
);

/** Bytes in use once all that can go has gone. */
function sweptHeap(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}

function residentMb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;
}
