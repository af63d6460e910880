import type { Message, Options } from 'amqplib';
import type { Publication } from '../../driver.ts';

/** A publication on its way to a confirm. */
export class PendingPublish {
  readonly publication: Publication;
  readonly properties: Options.Publish;
  /** It was on a channel that the broker closed because of some message. */
  isSuspect = false;
  isSettled = false;
  /** The broker's reason, once it gave the message back. */
  returned: string | undefined;
  /** How often its exchange was not there. */
  missing = 0;
  #retriesLeft: number;
  readonly #resolve: () => void;
  readonly #reject: (reason: unknown) => void;
  readonly #signal: AbortSignal | undefined;

  constructor(
    publication: Publication,
    retry: number | undefined,
    resolve: () => void,
    reject: (reason: unknown) => void,
    signal: AbortSignal | undefined,
  ) {
    this.publication = publication;
    this.properties = propertiesOf(publication);
    this.#retriesLeft = retry === undefined || retry < 0 ? Number.POSITIVE_INFINITY : retry;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#signal = signal;
    signal?.addEventListener('abort', this.#aborted);
  }

  readonly #aborted = (): void => this.fail(this.#signal?.reason);

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
    return mine.routingKey === routingKey && mine.exchange === exchange && mine.body.equals(message.content);
  }

  succeed(): void {
    if (!this.isSettled) this.#settled(this.#resolve);
  }

  fail(reason: unknown): void {
    if (!this.isSettled) this.#settled(() => this.#reject(reason));
  }

  #settled(tell: () => void): void {
    this.isSettled = true;
    this.#signal?.removeEventListener('abort', this.#aborted);
    tell();
  }
}

function propertiesOf(publication: Publication): Options.Publish {
  const properties: Options.Publish = {
    contentType: 'application/json',
    contentEncoding: 'utf-8',
    headers: publication.headers,
    deliveryMode: 2,
    priority: 0,
    mandatory: publication.isMandatory,
  };
  // Whole milliseconds as text (amqp driver of oslo: int(timeout * 1000)).
  if (publication.expirationMs !== undefined) properties.expiration = String(Math.trunc(publication.expirationMs));
  return properties;
}
