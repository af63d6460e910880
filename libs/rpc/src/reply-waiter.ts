import { kindOf } from './envelope.ts';
import { MessagingTimeout, PoisonMessage, type UnansweredCall } from './errors.ts';
import { decodeFailure } from './failure.ts';

import { longestTimerMs } from './timer-limit.ts';

/** What a waiter must know of its call. */
export interface WaitingCall {
  readonly method: string;
  readonly topic: string;
  readonly server: string | undefined;
  readonly timeoutMs: number;
  /** Longest time between two heartbeats; undefined: not monitored. */
  readonly monitorMs: number | undefined;
  readonly allowedModules: ReadonlySet<string>;
  readonly host: () => string | undefined;
}

/** A call that waits: for its last reply, its time, or its caller's signal. `ended` is called once, whatever comes first. */
export class ReplyWaiter {
  readonly promise: Promise<unknown>;
  readonly #call: WaitingCall;
  readonly #ended: () => void;
  #unlisten: (() => void) | undefined;
  #resolve!: (result: unknown) => void;
  #reject!: (reason: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #monitor: NodeJS.Timeout | undefined;
  #result: unknown = null;
  #isConfirmed = false;
  #isEnded = false;

  constructor(call: WaitingCall, signal: AbortSignal | undefined, ended: () => void) {
    this.#call = call;
    this.#ended = ended;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    if (signal === undefined) return;
    const aborted = (): void => this.fail(signal.reason);
    signal.addEventListener('abort', aborted);
    this.#unlisten = () => signal.removeEventListener('abort', aborted);
  }

  /** The broker has the request: the time of the call runs from here, as in oslo. */
  confirmed(): void {
    if (this.#isEnded) return;
    this.#isConfirmed = true;
    this.#timer = setTimeout(() => this.#expire(false), Math.min(this.#call.timeoutMs, longestTimerMs));
    if (this.#call.monitorMs !== undefined) {
      this.#monitor = setTimeout(() => this.#expire(true), Math.min(this.#call.monitorMs, longestTimerMs));
    }
  }

  /** Takes a reply. The last result that is not null counts when the last one has come. */
  receive(message: Readonly<Record<string, unknown>>): void {
    const failure = message['failure'];
    if (failure !== null && failure !== undefined) {
      this.fail(decodeFailure(failure, this.#call.allowedModules));
      return;
    }
    const ending = message['ending'];
    if (typeof ending !== 'boolean') {
      this.fail(new PoisonMessage(`the reply to ${this.#call.method} has ${kindOf(ending)} as ending`));
      return;
    }
    if (message['result'] !== null && message['result'] !== undefined) this.#result = message['result'];
    if (ending) this.#end(() => this.#resolve(this.#result));
    else this.#monitor?.refresh();
  }

  fail(reason: unknown): void {
    this.#end(() => this.#reject(reason));
  }

  #expire(isMonitor: boolean): void {
    const { method, topic, server, timeoutMs, monitorMs, host } = this.#call;
    const unanswered: UnansweredCall = {
      method,
      topic,
      server,
      timeoutMs: isMonitor ? (monitorMs ?? timeoutMs) : timeoutMs,
      isConfirmed: this.#isConfirmed,
      isMonitor,
      host: host(),
    };
    this.fail(new MessagingTimeout(unanswered));
  }

  #end(tell: () => void): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#monitor);
    this.#unlisten?.();
    this.#ended();
    tell();
  }
}
