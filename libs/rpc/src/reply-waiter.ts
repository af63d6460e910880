import type { Driver } from './driver.ts';
import { kindOf } from './envelope.ts';
import { MessagingTimeout, PoisonMessage, ReplyQueueLost } from './errors.ts';
import { decodeFailure } from './failure.ts';
import { queueOf } from './target.ts';
import { longestTimerMs } from './timer-limit.ts';
import type { UnansweredCall } from './unanswered-call.ts';

/** What a waiter must know of its call. */
export interface WaitingCall {
  readonly method: string;
  readonly topic: string;
  readonly server: string | undefined;
  readonly timeoutMs: number;
  /** Longest time between two heartbeats; undefined: not monitored. */
  readonly monitorMs: number | undefined;
  readonly allowedModules: ReadonlySet<string>;
  /** The broker gives a request back that no queue takes. */
  readonly isMandatory: boolean;
  /** Asked what is known, once there is no answer. */
  readonly driver: Pick<Driver, 'host' | 'look'>;
}

/** A call that waits: for its last reply, its time, or its caller's signal. `ended` is called once, whatever comes first. */
export class ReplyWaiter {
  readonly promise: Promise<unknown>;
  readonly sentAtMs = Date.now();
  readonly #call: WaitingCall;
  readonly #ended: () => void;
  #unlisten: (() => void) | undefined;
  #resolve!: (result: unknown) => void;
  #reject!: (reason: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #monitor: NodeJS.Timeout | undefined;
  #result: unknown = null;
  #confirmedAtMs: number | undefined;
  #host: string | undefined;
  #isEnded = false;

  constructor(call: WaitingCall, signal: AbortSignal | undefined, ended: () => void) {
    this.#call = call;
    this.#ended = ended;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#timer = setTimeout(() => this.#expire(false), Math.min(call.timeoutMs, longestTimerMs));
    if (signal === undefined) return;
    const aborted = (): void => this.fail(signal.reason);
    signal.addEventListener('abort', aborted);
    this.#unlisten = () => signal.removeEventListener('abort', aborted);
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** The broker has the request: the time of the call runs from here, as in oslo. */
  confirmed(): void {
    if (this.#isEnded) return;
    this.#confirmedAtMs = Date.now();
    this.#host = this.#call.driver.host;
    this.#timer?.refresh();
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

  /** The queue in which the answer may have been is gone. */
  loseReplies(queue: string): void {
    this.fail(new ReplyQueueLost(this.#known(false), queue));
  }

  /** Replies that come from here on are too late, though the broker is still asked why there was none. */
  #expire(isMonitor: boolean): void {
    const known = this.#known(isMonitor);
    this.#end(() => void this.#timeOut(known)); // never rejects
  }

  async #timeOut(known: UnansweredCall): Promise<void> {
    const queue = await this.#call.driver.look(queueOf(known.topic, known.server));
    this.#reject(new MessagingTimeout({ ...known, queue }));
  }

  #known(isMonitor: boolean): UnansweredCall {
    const { method, topic, server, timeoutMs, monitorMs, isMandatory, driver } = this.#call;
    const isConfirmed = this.#confirmedAtMs !== undefined;
    return {
      method,
      topic,
      server,
      timeoutMs: isMonitor ? (monitorMs ?? timeoutMs) : timeoutMs,
      sentAt: new Date(this.sentAtMs),
      isConfirmed,
      confirmedAt: this.#confirmedAtMs === undefined ? undefined : new Date(this.#confirmedAtMs),
      isRouted: isConfirmed && isMandatory ? true : undefined,
      isMonitor,
      host: isConfirmed ? this.#host : driver.host,
    };
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
