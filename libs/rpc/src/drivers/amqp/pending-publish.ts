import type { Message } from 'amqplib';
import type { Publication, PublishOptions } from '../../driver.ts';
import { MessageDeliveryFailure } from '../../errors.ts';
import { bytesOf } from './body.ts';

/** A publication on its way to a confirm. */
export class PendingPublish {
  readonly publication: Publication;
  /** It was on a channel that the broker closed because of some message. */
  isSuspect = false;
  isSettled = false;
  /** The call that it is for: without it there is nothing to send. */
  call: PublishOptions['call'];
  /** The broker's reason, once it gave the message back. */
  returned: string | undefined;
  /** How often its exchange was not there. */
  missing = 0;
  /** How often the broker did not take it (nack). */
  refusals = 0;
  #retriesLeft: number;
  readonly #resolve: () => void;
  readonly #reject: (reason: unknown) => void;
  #unlisten: (() => void) | undefined;

  constructor(
    publication: Publication,
    retry: number | undefined,
    resolve: () => void,
    reject: (reason: unknown) => void,
    signal: AbortSignal | undefined,
  ) {
    this.publication = publication;
    this.#retriesLeft = retry === undefined || retry < 0 ? Number.POSITIVE_INFINITY : retry;
    this.#resolve = resolve;
    this.#reject = reject;
    if (signal === undefined) return;
    const aborted = (): void => this.fail(signal.reason);
    signal.addEventListener('abort', aborted);
    this.#unlisten = () => signal.removeEventListener('abort', aborted);
  }

  /** True when nobody waits for it any more, or for the call that it is made for. */
  isOver(): boolean {
    if (this.call?.isEnded === true)
      this.fail(new MessageDeliveryFailure('the call had ended before its request was sent'));
    return this.isSettled;
  }

  mayRetry(): boolean {
    return this.#retriesLeft > 0;
  }

  /** Uses up one of its retries; false when none was left. */
  spendRetry(): boolean {
    return this.#retriesLeft-- > 0;
  }

  /** Prepares it for being sent again; false when nobody waits for it any more. */
  retake(): boolean {
    this.returned = undefined;
    return !this.isSettled;
  }

  isReturnedAs(message: Message): boolean {
    const { exchange, routingKey } = message.fields;
    const mine = this.publication;
    if (mine.routingKey !== routingKey || mine.exchange !== exchange) return false;
    return message.content.equals(bytesOf(mine.body));
  }

  succeed(): void {
    if (!this.isSettled) this.#settled(this.#resolve);
  }

  fail(reason: unknown): void {
    if (!this.isSettled) this.#settled(() => this.#reject(reason));
  }

  #settled(tell: () => void): void {
    this.isSettled = true;
    this.#unlisten?.();
    tell();
  }
}
