import { once } from 'node:events';
import { Duplicates } from '../duplicates.ts';
import { MessagingTimeout } from '../errors.ts';
import { Fifo } from '../fifo.ts';
import { newId } from '../ids.ts';
import { longestTimerMs } from '../timer-limit.ts';
import { core } from '../transport.ts';
import { type LegacyBus, parts } from './bus.ts';
import { unpackFailure } from './failure.ts';
import { readReply } from './shared-reply-queue.ts';
import { directQueue } from './topology.ts';

/** Where the replies of a call are to go; the rest of the request is the caller's. */
export interface ReplyPlace {
  readonly _msg_id: string;
  readonly _reply_q?: string;
}

/** What a multicall sends and how long it waits. */
export interface MulticallRequest {
  readonly topic: string;
  readonly method: string;
  /** Between two replies, the first included. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** Publishes the request once its reply queue is consumed. */
  readonly send: (place: ReplyPlace, signal: AbortSignal) => Promise<void>;
}

/**
 * The results of a call that may have several, in the order of their coming. The request is sent at once; leaving the loop
 * early ends the waiting and removes the reply queue.
 */
export interface Multicall extends AsyncIterableIterator<unknown>, AsyncDisposable {}

/** A call that waits for its replies until one says that it was the last. */
export class RunningMulticall implements Multicall {
  readonly #bus: LegacyBus;
  readonly #request: MulticallRequest;
  readonly #msgId = newId();
  readonly #results = new Fifo<unknown>();
  readonly #twins = new Duplicates();
  /** Aborted when nothing more is waited for. */
  readonly #over = new AbortController();
  /** The reply queue is given up. */
  readonly #closed = Promise.withResolvers<void>();
  #isConfirmed = false;
  #isEnded = false;
  /** How it ended, until that was told. */
  #failure: { readonly error: unknown } | undefined;
  #wakes: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(bus: LegacyBus, request: MulticallRequest) {
    this.#bus = bus;
    this.#request = request;
    const { signal } = request;
    const aborted = (): void => this.#end({ error: signal?.reason });
    signal?.addEventListener('abort', aborted);
    void this.#run().finally(() => signal?.removeEventListener('abort', aborted));
  }

  async next(): Promise<IteratorResult<unknown, undefined>> {
    for (;;) {
      if (this.#results.length > 0) return { done: false, value: this.#results.shift() };
      if (this.#isEnded) {
        await this.#closed.promise;
        const failure = this.#failure;
        this.#failure = undefined;
        if (failure !== undefined) throw failure.error;
        return { done: true, value: undefined };
      }
      await new Promise<void>((resolve) => {
        this.#wakes.push(resolve);
      });
    }
  }

  async return(): Promise<IteratorResult<unknown, undefined>> {
    this.#end();
    this.#results.drain();
    this.#failure = undefined;
    await this.#closed.promise;
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /** Never rejects: what goes wrong is told to whoever asks for the next result. */
  async #run(): Promise<void> {
    const close = await this.#open().catch((error: unknown) => this.#end({ error }));
    if (!this.#isEnded) {
      const place = this.#bus[parts].replyQueue?.name;
      try {
        const address = { _msg_id: this.#msgId, ...(place === undefined ? {} : { _reply_q: place }) };
        await this.#request.send(address, this.#over.signal);
        this.#isConfirmed = true;
        this.#restartTimer();
        if (!this.#isEnded) await once(this.#over.signal, 'abort');
      } catch (error) {
        this.#end({ error });
      }
    }
    await close?.();
    this.#closed.resolve();
  }

  /** Consumes the reply queue. Returns what ends that. */
  async #open(): Promise<() => Promise<void>> {
    const { replyQueue, rules } = this.#bus[parts];
    const { signal } = this.#over;
    this.#request.signal?.throwIfAborted();
    if (replyQueue !== undefined) {
      await replyQueue.expect(this.#msgId, (message) => this.#receive(message), { signal });
      return async () => replyQueue.forget(this.#msgId);
    }
    const { driver, options } = this.#bus.transport[core];
    const queue = directQueue(this.#msgId, rules, options);
    const listener = await driver.listenTo(
      queue,
      (delivery) => {
        const message = readReply(delivery);
        if (message !== undefined) this.#receive(message);
      },
      { signal },
    );
    return () => listener.close();
  }

  #receive(message: Readonly<Record<string, unknown>>): void {
    const { failure, ending, result, _unique_id: uniqueId } = message;
    if (this.#isEnded || this.#twins.isTwin(typeof uniqueId === 'string' ? uniqueId : undefined)) return;
    if (failure !== null && failure !== undefined) {
      this.#end({ error: unpackFailure(failure, this.#bus.transport[core].allowedRemoteModules) });
    } else if (ending === true) {
      this.#end();
    } else {
      this.#results.push(result ?? null);
      this.#restartTimer();
      this.#wake();
    }
  }

  #restartTimer(): void {
    clearTimeout(this.#timer);
    if (this.#isEnded) return;
    const { topic, method, timeoutMs } = this.#request;
    this.#timer = setTimeout(
      () => {
        const { host } = this.#bus.transport;
        this.#end({ error: new MessagingTimeout({ topic, method, timeoutMs, isConfirmed: this.#isConfirmed, host }) });
      },
      Math.min(timeoutMs, longestTimerMs),
    );
  }

  #end(failure?: { readonly error: unknown }): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#failure = failure;
    clearTimeout(this.#timer);
    this.#wake();
    this.#over.abort();
  }

  #wake(): void {
    for (const wake of this.#wakes.splice(0)) wake();
  }
}
