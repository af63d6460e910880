import { fileURLToPath } from 'node:url';
import type { EndAnswer, RecoveryAnswer, RunsAnswer } from './chaos-protocol.ts';
import { type SubjectProcess, startProgram } from './subject.ts';

/** Programs' names, by which the broker's list of connections tells them apart. */
export const clientName = 'chaos-client';
export const serverName = 'chaos-server';

/** A client that calls and casts by the clock, and the server that counts what it ran. */
export interface ChaosPair extends AsyncDisposable {
  /** Waits until so many calls have succeeded that were begun after `atMs`. */
  recovery(atMs: number, calls: number): Promise<RecoveryAnswer>;
  /** Ends the load and balances the books. */
  end(): Promise<Books>;
}

/** What became of every request. */
export interface Books {
  readonly calls: number;
  readonly casts: number;
  readonly failed: number;
  readonly failures: EndAnswer['failures'];
  /** Casts that the broker confirmed and no server ran. */
  readonly lostCasts: number;
  /** Calls that ended with an answer but did not run: there must be none. */
  readonly unrunAnswers: number;
  /** Calls that ran and whose answer did not come. */
  readonly lostAnswers: number;
  /** Requests that ran more than once. */
  readonly twins: number;
}

/** Starts both with `opts` (see the adapter) and the load, a call and a cast every `everyMs`. */
export async function startChaosPair(url: string, opts: object, everyMs: number): Promise<ChaosPair> {
  await using opened = new AsyncDisposableStack();
  const server = opened.use(await start('chaos-server.ts', url, { ...opts, name: serverName }));
  const client = opened.use(await start('chaos-client.ts', url, { ...opts, name: clientName }));
  await client.ask({ do: 'begin', everyMs });
  const all = opened.move();
  return {
    recovery: (atMs, calls) => client.ask({ do: 'await recovery', atMs, calls }),
    async end() {
      const ended = await client.ask({ do: 'end' });
      return balance(ended, await arrived(server, ended));
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

function start(file: string, url: string, opts: object): Promise<SubjectProcess> {
  const program = fileURLToPath(new URL(file, import.meta.url));
  return startProgram(process.execPath, [program, url, JSON.stringify(opts)]);
}

/** What ran, once as many casts ran as were confirmed, or nothing has come for a while. */
async function arrived(server: SubjectProcess, { confirmed }: EndAnswer): Promise<RunsAnswer> {
  const total = ({ calls, casts }: RunsAnswer) => [...calls, ...casts].reduce((sum, count) => sum + count, 0);
  let before = -1;
  for (;;) {
    const runs = await server.ask({ do: 'tell runs' });
    const isComplete = confirmed.every((n) => (runs.casts[n] ?? 0) > 0);
    if (isComplete || total(runs) === before) return runs;
    before = total(runs);
    await new Promise((resolve) => setTimeout(resolve, 5_000));
  }
}

function balance({ calls, answered, casts, confirmed, failures }: EndAnswer, runs: RunsAnswer): Books {
  const wasAnswered = new Set(answered);
  const ranOften = (counts: readonly number[]) => counts.filter((count) => count > 1).length;
  return {
    calls,
    casts,
    failed: Object.values(failures).reduce((sum, count) => sum + count, 0),
    failures,
    lostCasts: confirmed.filter((n) => (runs.casts[n] ?? 0) === 0).length,
    unrunAnswers: answered.filter((n) => (runs.calls[n] ?? 0) === 0).length,
    lostAnswers: runs.calls.filter((count, n) => count > 0 && !wasAnswered.has(n)).length,
    twins: ranOften(runs.calls) + ranOften(runs.casts),
  };
}
