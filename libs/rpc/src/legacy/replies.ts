import { MessagingError } from '../errors.ts';
import { newId } from '../ids.ts';
import type { Answers } from '../method-runner.ts';
import type { ReplyAddress } from '../request.ts';
import { send } from '../send.ts';
import { core } from '../transport.ts';
import type { OutgoingMessage } from '../types.ts';
import { type LegacyBus, parts } from './bus.ts';
import { packFailure } from './failure.ts';
import { directExchange } from './topology.ts';

/**
 * Sends the replies of a call to the exchange that its queue is bound to. Declaring that exchange is what Nova did: when the
 * caller has gone, an exchange without a queue stays behind.
 */
export class LegacyReplies implements Answers {
  readonly #bus: LegacyBus;
  readonly #declared = new WeakSet<ReplyAddress>();

  constructor(bus: LegacyBus) {
    this.#bus = bus;
  }

  /** One reply for a result, one for each item that a generator yields, and an empty last one. */
  async result(address: ReplyAddress, result: unknown): Promise<void> {
    let isSending = false;
    try {
      for await (const item of isGenerator(result) ? result : [result]) {
        isSending = true;
        await this.#reply(address, { result: item ?? null });
        isSending = false;
      }
    } catch (error) {
      // What cannot be written is the method's failure; what fails on the way is not.
      if (isSending && error instanceof MessagingError) throw error;
      return this.failure(address, error);
    }
    await this.#reply(address, { result: null, ending: true });
  }

  async failure(address: ReplyAddress, error: unknown): Promise<void> {
    await this.#reply(address, { result: null, failure: packFailure(error, this.#bus[parts].rules) });
  }

  /** Nobody asked for any before call monitoring. */
  async heartbeat(): Promise<void> {}

  async #reply(address: ReplyAddress, answer: { result: unknown; failure?: unknown; ending?: true }): Promise<void> {
    const { msgId, queue } = address;
    const { rules } = this.#bus[parts];
    if (!this.#declared.has(address)) {
      await this.#bus.transport[core].driver.declareExchange(directExchange(queue));
      this.#declared.add(address);
    }
    const { result, failure = null, ending } = answer;
    const message = {
      result,
      failure,
      ...(ending === true ? { ending } : {}),
      ...(rules.hasUniqueId ? { _unique_id: newId() } : {}),
      // A queue of several calls: the reply says which one it is for.
      ...(queue === msgId ? {} : { _msg_id: msgId }),
    };
    const outgoing: OutgoingMessage = {
      kind: 'reply',
      exchange: queue,
      routingKey: queue,
      msgId,
      message,
      headers: {},
    };
    await send(this.#bus.transport, outgoing, { to: 'direct', isMandatory: false, isBare: !rules.hasEnvelope });
  }
}

function isGenerator(value: unknown): value is Iterable<unknown> | AsyncIterable<unknown> {
  return /^\[object (Async)?Generator\]$/.test(Object.prototype.toString.call(value));
}
