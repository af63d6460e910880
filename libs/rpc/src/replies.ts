import { abortable } from './abortable.ts';
import { diagnostics } from './diagnostics.ts';
import type { Delivery, Driver, Listener, PublishOptions } from './driver.ts';
import { decodeMessage } from './envelope.ts';
import { TransportClosed } from './errors.ts';
import type { ReplyWaiter } from './reply-waiter.ts';

/** The one reply queue of a transport, and the calls that wait for a reply in it, told apart by `_msg_id`. */
export class Replies {
  readonly #transport: object;
  readonly #driver: Driver;
  readonly #waiters = new Map<string, ReplyWaiter>();
  readonly #makeName: () => string;
  #name = '';
  #opening: Promise<Listener> | undefined;
  #isOpen = false;
  #isClosed = false;

  constructor(transport: object, driver: Driver, makeName: () => string) {
    this.#transport = transport;
    this.#driver = driver;
    this.#makeName = makeName;
  }

  /** The queue's name once it is consumed; undefined before. */
  get queue(): string | undefined {
    return this.#isOpen ? this.#name : undefined;
  }

  /** Declares and consumes the queue, with the first call; kept until the transport closes. Returns its name. */
  async open(options: PublishOptions): Promise<string> {
    while (!this.#isOpen) {
      if (this.#isClosed) throw new TransportClosed('the transport was closed');
      const { signal } = options;
      if (this.#opening === undefined) await this.#start(options);
      else await abortable(this.#opening.catch(ignore), signal);
      signal?.throwIfAborted();
    }
    return this.#name;
  }

  /** A failure is only the caller's whose options bounded the wait; others start anew. */
  async #start(options: PublishOptions): Promise<void> {
    this.#name ||= this.#makeName();
    this.#opening = this.#driver.listenReplies(
      this.#name,
      { receive: (delivery) => this.#receive(delivery), queueLost: (endedAtMs) => this.#queueLost(endedAtMs) },
      options,
    );
    try {
      await this.#opening;
      this.#isOpen = true;
    } finally {
      if (!this.#isOpen) this.#opening = undefined;
    }
  }

  /** Registers who waits for the replies to `msgId`; before the request is published, or a fast reply would find nobody. */
  expect(msgId: string, waiter: ReplyWaiter): void {
    if (this.#isClosed) throw new TransportClosed('the transport was closed');
    this.#waiters.set(msgId, waiter);
  }

  /** The call is over; later replies to it are dropped. */
  forget(msgId: string): void {
    this.#waiters.delete(msgId);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const reason = new TransportClosed('the transport was closed while the call waited for its reply');
    for (const waiter of [...this.#waiters.values()]) waiter.fail(reason);
    const listener = await this.#opening?.catch(() => undefined);
    await listener?.close();
  }

  /** Calls that were made while it was away go on: servers try for a while to reach it. */
  #queueLost(endedAtMs: number): void {
    const affected = [...this.#waiters.values()].filter(({ sentAtMs }) => sentAtMs <= endedAtMs);
    for (const waiter of affected) waiter.loseReplies(this.#name);
  }

  #receive(delivery: Delivery): void {
    let message: Record<string, unknown>;
    try {
      message = decodeMessage(delivery.body, delivery.headers);
    } catch (error) {
      delivery.reject();
      this.#poison(delivery, 'undecodable reply', undefined, error);
      return;
    }
    delivery.acceptLazily();
    this.#settle(delivery, message);
  }

  #settle(delivery: Delivery, message: Record<string, unknown>): void {
    const msgId = message['_msg_id'];
    const waiter = typeof msgId === 'string' ? this.#waiters.get(msgId) : undefined;
    if (waiter !== undefined) waiter.receive(message);
    // Heartbeats outlive their call with Python servers; twins and late replies are no news either, but are told.
    else this.#poison(delivery, 'reply to no waiting call', typeof msgId === 'string' ? msgId : undefined);
  }

  #poison(delivery: Delivery, reason: string, msgId: string | undefined, error?: unknown): void {
    if (!diagnostics.poison.hasSubscribers) return;
    const { exchange, routingKey } = delivery;
    diagnostics.poison.publish({ transport: this.#transport, reason, exchange, routingKey, msgId, error });
  }
}

function ignore(): void {}
