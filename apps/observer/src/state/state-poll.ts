import type { BusStateEvent } from '@novasim/trace';
import type { Unnumbered } from '../tap/trace-message.ts';
import { type ManagementApi, ManagementFault } from './management-api.ts';
import { isSameState, readState } from './read-state.ts';

export interface StatePollOptions {
  /** The first one that answers is asked. */
  readonly apis: readonly ManagementApi[];
  /** Whether anybody looks. */
  readonly isWatched: () => boolean;
  /** Told of each picture that differs from the one before. */
  readonly took: (state: Unnumbered<BusStateEvent>) => void;
}

const WATCHED_MS = 1_000;
const UNWATCHED_MS = 5_000;
const SOON_MS = 200;
/** What asking costs the broker is kept to a tenth of its time, however large the bus. */
const SHARE = 10;

/** Asks the broker for its state again and again: often while somebody looks, soon after somebody new was heard. */
export class StatePoll implements AsyncDisposable {
  readonly #options: StatePollOptions;
  #last: Unnumbered<BusStateEvent> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #dueMs = Infinity;
  #earliestMs = 0;
  #isClosed = false;

  constructor(options: StatePollOptions) {
    this.#options = options;
    this.#schedule(SOON_MS);
  }

  /** Something changed that the broker can tell more of. */
  soon(): void {
    this.#schedule(SOON_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** The earlier of what is planned and what is asked for; never earlier than the last answer's cost allows. */
  #schedule(inMs: number): void {
    const now = performance.now();
    const dueMs = Math.max(now + inMs, this.#earliestMs);
    if (this.#isClosed || this.#running !== undefined || this.#dueMs <= dueMs) return;
    clearTimeout(this.#timer);
    this.#dueMs = dueMs;
    this.#timer = setTimeout(() => {
      this.#running = this.#ask();
    }, dueMs - now);
  }

  async #ask(): Promise<void> {
    const { apis, took, isWatched } = this.#options;
    const startedMs = performance.now();
    try {
      const state = await readFromAny(apis);
      if (this.#last === undefined || !isSameState(this.#last, state)) took(state);
      this.#last = state;
    } catch (error) {
      if (!(error instanceof ManagementFault)) throw error; // said by whoever looks after the firehose
    }
    const now = performance.now();
    this.#earliestMs = now + (now - startedMs) * SHARE;
    this.#running = undefined;
    this.#dueMs = Infinity;
    this.#schedule(isWatched() ? WATCHED_MS : UNWATCHED_MS);
  }
}

/** @throws {ManagementFault} the last one's, when none answers */
async function readFromAny(apis: readonly ManagementApi[]): Promise<Unnumbered<BusStateEvent>> {
  let last: unknown;
  for (const api of apis) {
    try {
      return await readState(api);
    } catch (error) {
      last = error;
    }
  }
  throw last;
}
