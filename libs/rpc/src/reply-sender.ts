import { setTimeout as wait } from 'node:timers/promises';
import { MessageTooLarge, MessageUndeliverable, MessagingError } from './errors.ts';
import { encodeFailure } from './failure.ts';
import { newId } from './ids.ts';
import type { ReplyAddress } from './request.ts';
import { send } from './send.ts';
import { core, type Transport } from './transport.ts';

/** Between two attempts while the reply queue is missing (amqpdriver.py). */
const retryEveryMs = 250;
/** Queues that stayed missing: no reply is tried for so long, and so many are remembered (amqpdriver.py). */
const deadForMs = 60_000;
const mostDead = 200;
/** A server that stops does not hold up its program for callers that are gone. */
const stoppingMs = 1_000;

/** Sends replies of a server's calls. */
export class ReplySender {
  readonly #transport: Transport;
  /** Reply queues that were missing, with the time until which nothing is sent there. */
  readonly #dead = new Map<string, number>();
  #lastAttemptAt = Number.POSITIVE_INFINITY;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Unlike oslo: from now on a missing reply queue is waited for a second only. */
  hurry(): void {
    this.#lastAttemptAt = Date.now() + stoppingMs;
  }

  /** Answers with a result; with a failure when the result cannot be written, or is too large for the broker. */
  async result(address: ReplyAddress, result: unknown): Promise<void> {
    try {
      await this.#reply(address, 'reply', { result: result ?? null, failure: null, ending: true });
    } catch (error) {
      // Cycles, what is nested too deep, a toJSON that throws: anything but trouble with the bus is the result's own.
      if (error instanceof MessagingError && !(error instanceof MessageTooLarge)) throw error;
      await this.failure(address, error);
    }
  }

  async failure(address: ReplyAddress, error: unknown): Promise<void> {
    await this.#reply(address, 'reply', { result: null, failure: encodeFailure(error), ending: true });
  }

  async heartbeat(address: ReplyAddress): Promise<void> {
    await this.#reply(address, 'heartbeat', { result: null, failure: null, ending: false });
  }

  async #reply(address: ReplyAddress, kind: 'reply' | 'heartbeat', answer: Record<string, unknown>): Promise<void> {
    if (this.#isDead(address.queue)) return;
    if (kind === 'reply') address.isAnswered = true;
    const { msgId, queue } = address;
    const message = {
      result: answer['result'],
      failure: answer['failure'],
      ending: answer['ending'],
      _msg_id: msgId,
      _unique_id: newId(),
    };
    const outgoing = { kind, exchange: '', routingKey: queue, msgId, message, headers: {} };
    const { options } = this.#transport[core];
    const giveUpAt = Date.now() + options.kombu_missing_consumer_retry_timeout * 1_000;
    for (;;) {
      try {
        return await send(this.#transport, outgoing, { to: 'direct', isMandatory: options.direct_mandatory_flag });
      } catch (error) {
        if (!(error instanceof MessageUndeliverable)) throw error;
        if (Date.now() + retryEveryMs > Math.min(giveUpAt, this.#lastAttemptAt)) {
          this.#remember(queue);
          throw error;
        }
        await wait(retryEveryMs);
        // No heartbeat may follow the answer.
        if (kind === 'heartbeat' && address.isAnswered) return;
      }
    }
  }

  #isDead(queue: string): boolean {
    const until = this.#dead.get(queue);
    if (until === undefined) return false;
    if (until > Date.now()) return true;
    this.#dead.delete(queue);
    return false;
  }

  #remember(queue: string): void {
    const oldest = this.#dead.keys().next().value;
    if (this.#dead.size >= mostDead && oldest !== undefined) this.#dead.delete(oldest);
    this.#dead.set(queue, Date.now() + deadForMs);
  }
}
