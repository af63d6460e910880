import type { Delivery, Listener, PublishOptions } from '../driver.ts';
import { decodeMessage } from '../envelope.ts';
import { newId } from '../ids.ts';
import { core, type Transport } from '../transport.ts';
import { eraRules } from './era.ts';
import { directQueue } from './topology.ts';

/** Gets each reply to one call. */
export type ReceiveReply = (message: Readonly<Record<string, unknown>>) => void;

/** One reply queue for all calls, which are told apart by `_msg_id`: on the way to today's, still with an exchange of its own. */
export class SharedReplyQueue {
  readonly name = `reply_${newId()}`;
  readonly #transport: Transport;
  readonly #calls = new Map<string, ReceiveReply>();
  #opening: Promise<Listener> | undefined;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Registers a call; the queue is made with the first one. */
  async expect(msgId: string, receive: ReceiveReply, options: PublishOptions): Promise<void> {
    this.#calls.set(msgId, receive);
    this.#opening ??= this.#open(options);
    await this.#opening;
  }

  forget(msgId: string): void {
    this.#calls.delete(msgId);
  }

  async close(): Promise<void> {
    const listener = await this.#opening?.catch(() => undefined); // its failure was the call's
    await listener?.close();
  }

  async #open(options: PublishOptions): Promise<Listener> {
    const { driver, options: rabbit } = this.#transport[core];
    const queue = directQueue(this.name, eraRules.grizzly, rabbit);
    try {
      return await driver.listenTo(queue, (delivery) => this.#receive(delivery), options);
    } catch (error) {
      this.#opening = undefined; // the next call tries anew
      throw error;
    }
  }

  #receive(delivery: Delivery): void {
    const message = readReply(delivery);
    const msgId = message?.['_msg_id'];
    if (message !== undefined && typeof msgId === 'string') this.#calls.get(msgId)?.(message);
  }
}

/** Reads and acknowledges a reply; undefined, and rejected, when it cannot be read. */
export function readReply(delivery: Delivery): Readonly<Record<string, unknown>> | undefined {
  try {
    const message = decodeMessage(delivery.body, delivery.headers);
    delivery.acceptLazily();
    return message;
  } catch {
    delivery.reject(); // the call ends with its timeout, as it did
    return undefined;
  }
}
