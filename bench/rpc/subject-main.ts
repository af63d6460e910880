import { answerLines, now } from './lines.ts';
import type { ArrivedAnswer, Ask, LoadAnswer, LoadAsk, ManyAnswer, OneByOneAnswer } from './protocol.ts';

/** After so long without one, a cast that is missing is lost. */
const quietMs = 5_000;

/** What a client program of a library can do; one that cannot do something leaves it out. */
export interface ClientUnderTest {
  call(value: string): Promise<unknown>;
  /** Resolves when the broker has confirmed it. */
  cast?(value: string): Promise<unknown>;
  fanout?(): Promise<unknown>;
}

/** Answers what the bench asks a client. Ends with its stdin. */
export async function runClient(client: ClientUnderTest): Promise<void> {
  await answerLines<Ask>((ask) => {
    if (ask.do === 'calls') return keepInFlight(ask, (value) => client.call(value));
    if (ask.do === 'casts') return keepInFlight(ask, (value) => need(client.cast, ask).call(client, value));
    if (ask.do === 'one by one') return oneByOne(ask, client);
    if (ask.do === 'fanout') {
      const atMs = now();
      return need(client.fanout, ask)
        .call(client)
        .then(() => ({ atMs }));
    }
    throw new Error(`a client is not asked '${ask.do}'`);
  });
}

/** The casts that came to a server program, and when the last of them did. */
export class Arrivals {
  #count = 0;
  #lastMs = now();
  #goal = Number.POSITIVE_INFINITY;
  #reached: (() => void) | undefined;

  /** One has come. */
  add(): void {
    this.#count += 1;
    this.#lastMs = now();
    if (this.#count >= this.#goal) this.#reached?.();
  }

  async reach(count: number): Promise<ArrivedAnswer> {
    if (this.#count < count) {
      this.#goal = count;
      const askedMs = now();
      await new Promise<void>((resolve) => {
        const look = setInterval(() => {
          if (now() - Math.max(askedMs, this.#lastMs) > quietMs) this.#reached?.();
        }, 100);
        this.#reached = () => {
          clearInterval(look);
          resolve();
        };
      });
      this.#goal = Number.POSITIVE_INFINITY;
    }
    return { atMs: this.#lastMs, count: this.#count };
  }
}

/** Answers what the bench asks a server. Ends with its stdin. */
export async function runServer(arrivals: Arrivals): Promise<void> {
  await answerLines<Ask>((ask) => {
    if (ask.do === 'await casts') return arrivals.reach(ask.count);
    throw new Error(`a server is not asked '${ask.do}'`);
  });
}

/** Answers what the bench asks a program with many servers; `start` returns what closes them. Wants --expose-gc. */
export async function runMany(start: (count: number) => Promise<() => Promise<void>>): Promise<void> {
  let close: (() => Promise<void>) | undefined;
  const heapBytes = () => {
    globalThis.gc?.();
    return process.memoryUsage().heapUsed;
  };
  await answerLines<Ask>(async (ask): Promise<ManyAnswer> => {
    if (ask.do !== 'start servers') throw new Error(`a program with many servers is not asked '${ask.do}'`);
    const before = heapBytes();
    const startMs = now();
    close = await start(ask.count);
    const ms = now() - startMs;
    return { ms, heapKb: (heapBytes() - before) / ask.count / 1_000 };
  });
  await close?.();
}

function need<T>(verb: T | undefined, ask: Ask): T {
  if (verb === undefined) throw new Error(`this library cannot do '${ask.do}'`);
  return verb;
}

async function keepInFlight(ask: LoadAsk, send: (value: string) => Promise<unknown>): Promise<LoadAnswer> {
  const value = 'x'.repeat(ask.bytes);
  let done = 0;
  let failed = 0;
  const startMs = now();
  const endMs = startMs + ask.seconds * 1_000;
  const worker = async (): Promise<void> => {
    while (now() < endMs) {
      try {
        await send(value);
        done += 1;
      } catch (error) {
        failed += 1;
        console.error(error);
      }
    }
  };
  await Promise.all(Array.from({ length: ask.inFlight }, worker));
  return { done, failed, seconds: (now() - startMs) / 1_000 };
}

async function oneByOne(
  { bytes, count }: { bytes: number; count: number },
  client: ClientUnderTest,
): Promise<OneByOneAnswer> {
  const value = 'x'.repeat(bytes);
  const latenciesMs: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const startMs = now();
    await client.call(value);
    latenciesMs.push(now() - startMs);
  }
  return { latenciesMs };
}
