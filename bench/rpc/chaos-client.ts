import { type AdapterOptions, createClient } from '../../libs/rpc/bench/adapter.ts';
import type { ChaosAsk, EndAnswer, RecoveryAnswer } from './chaos-protocol.ts';
import { answerLines, now } from './lines.ts';
import { context, topic } from './protocol.ts';

// The calling side under chaos. Requests are begun by the clock, so that an outage does not thin out the load.
const [url = '', opts = '{}'] = process.argv.slice(2);
const client = await createClient({ url, topic, opts: JSON.parse(opts) as AdapterOptions }); // our own bench wrote it

let calls = 0;
let casts = 0;
let looked = 0;
const answered: number[] = [];
const confirmed: number[] = [];
const failures: Record<string, number> = {};
const open = new Set<Promise<void>>();
/** Begin and end of the calls that succeeded since it was last asked for a recovery, in the order of their ends. */
let successes: { readonly beganMs: number; readonly endedMs: number }[] = [];
let clock: NodeJS.Timeout | undefined;

function begin(everyMs: number): { readonly begun: true } {
  const startMs = now();
  let begun = 0;
  clock = setInterval(() => {
    for (; startMs + begun * everyMs <= now(); begun += 1) {
      track(call());
      track(cast());
    }
  }, everyMs);
  return { begun: true };
}

async function call(): Promise<void> {
  const n = calls;
  calls += 1;
  const beganMs = now();
  const answer = await client.call('count', context, { kind: 'calls', n });
  if (answer !== n) throw new Error(`call ${n} was answered with ${JSON.stringify(answer)}`);
  answered.push(n);
  successes.push({ beganMs, endedMs: now() });
}

async function cast(): Promise<void> {
  const n = casts;
  casts += 1;
  await client.cast('count', context, { kind: 'casts', n });
  confirmed.push(n);
}

function track(request: Promise<void>): void {
  const ended = request
    .catch((error: unknown) => {
      const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      failures[message] = (failures[message] ?? 0) + 1;
    })
    .finally(() => open.delete(ended));
  open.add(ended);
}

async function recovery(atMs: number, wanted: number): Promise<RecoveryAnswer> {
  const later = () => successes.filter(({ beganMs }) => beganMs >= atMs);
  await new Promise<void>((resolve) => {
    const look = setInterval(() => {
      if (successes.length === looked) return;
      looked = successes.length;
      if (later().length < wanted) return;
      clearInterval(look);
      resolve();
    }, 5);
  });
  const [first] = later();
  let blackoutMs = 0;
  let lastMs = atMs;
  for (const { endedMs } of successes) {
    if (endedMs < atMs) continue;
    blackoutMs = Math.max(blackoutMs, endedMs - lastMs);
    lastMs = endedMs;
  }
  successes = [];
  looked = 0;
  return { firstMs: (first?.endedMs ?? Number.NaN) - atMs, blackoutMs };
}

async function end(): Promise<EndAnswer> {
  clearInterval(clock);
  await Promise.all(open);
  return { calls, answered, casts, confirmed, failures };
}

await answerLines<ChaosAsk>(async (ask) => {
  if (ask.do === 'begin') return begin(ask.everyMs);
  if (ask.do === 'await recovery') return recovery(ask.atMs, ask.calls);
  if (ask.do === 'end') return end();
  throw new Error(`the client is not asked '${ask.do}'`);
});
await client.close();
