import { type AdapterOptions, createServer } from '../../libs/rpc/bench/adapter.ts';
import type { ChaosAsk, RunsAnswer } from './chaos-protocol.ts';
import { answerLines } from './lines.ts';
import { topic } from './protocol.ts';

// The serving side under chaos: counts how often each request ran, so that lost ones and twins show.
const [url = '', opts = '{}'] = process.argv.slice(2);
const runs: { readonly calls: number[]; readonly casts: number[] } = { calls: [], casts: [] };
const server = await createServer({
  url,
  topic,
  server: 'host-0',
  opts: JSON.parse(opts) as AdapterOptions, // our own bench wrote it
  handlers: {
    count(_ctxt, args) {
      const { kind, n } = args as { kind: keyof RunsAnswer; n: number }; // as chaos-client.ts sends it
      runs[kind][n] = (runs[kind][n] ?? 0) + 1;
      return n;
    },
  },
});
await answerLines<ChaosAsk>(async (ask): Promise<RunsAnswer> => {
  if (ask.do !== 'tell runs') throw new Error(`the server is not asked '${ask.do}'`);
  return { calls: Array.from(runs.calls, (count) => count ?? 0), casts: Array.from(runs.casts, (count) => count ?? 0) };
});
await server.close();
