import { type BusEvent, type BusStateEvent, type TraceChange, TraceStore } from '@novasim/trace';
import { SeenCloud } from './cloud/seen-cloud.ts';
import { LogBook } from './log/log-book.ts';
import { saidLines } from './log/said-lines.ts';
import { Rates } from './state/rates.ts';
import type { Unnumbered } from './tap/trace-message.ts';

/** Lines may take this part of the budget beside it. */
const LOG_SHARE = 0.125;

export interface ObservationOptions {
  /** Memory for messages. */
  readonly budgetMb: number;
}

/** What an event changed: in the trace, or in the log of these requests. */
export interface Change {
  readonly trace?: TraceChange | undefined;
  readonly logged?: readonly string[];
}

/** Told of each event once it is understood, with what it changed. */
export type Listener = (event: BusEvent, change: Change) => void;

/** All that was seen of one bus: events come in, numbered as they come, and every view is asked of here. */
export class Observation {
  readonly store: TraceStore;
  readonly cloud = new SeenCloud();
  /** What the services logged. */
  readonly log: LogBook;
  readonly rates = new Rates();
  readonly #listeners = new Set<Listener>();
  #seq = 0;
  #lastAtMs: number | undefined;
  #change: TraceChange | undefined;
  /** A recording has a time of its own: what was open at its end does not fail because it is shown a year later. */
  isReplayed = false;

  constructor({ budgetMb }: ObservationOptions) {
    this.store = new TraceStore({ budgetMb });
    this.log = new LogBook(budgetMb * LOG_SHARE * 1024 * 1024);
    this.store.onChange((change) => {
      this.#change = change;
    });
  }

  /** The time at which what was seen is judged. */
  get nowMs(): number {
    return this.isReplayed ? (this.#lastAtMs ?? Date.now()) : Date.now();
  }

  get state(): BusStateEvent | undefined {
    return this.store.state();
  }

  /** Takes what a tap tells. */
  tell(event: Unnumbered<BusEvent>): void {
    this.#seq++;
    this.take({ ...event, seq: this.#seq } as BusEvent); // each kind with its number is that kind of event
  }

  /** Takes an event that has its number, from a recording. */
  take(event: BusEvent): void {
    this.#seq = Math.max(this.#seq, event.seq);
    this.#lastAtMs = event.at_ms;
    const lines = saidLines(event);
    const change = lines === undefined ? this.#understand(event) : { logged: this.log.add(lines) };
    for (const listener of this.#listeners) listener(event, change);
  }

  #understand(event: BusEvent): Change {
    this.#change = undefined;
    this.store.add(event);
    this.rates.count(event);
    this.cloud.see(event);
    return { trace: this.#change };
  }

  subscribe(listener: Listener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }
}
