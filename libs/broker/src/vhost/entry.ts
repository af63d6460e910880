import type { Message } from './message.ts';

/** A message in one queue: the same message in another queue has another entry. */
export interface Entry {
  readonly message: Message;
  /** Position by arrival; a message that is given back takes its old place. */
  readonly seq: number;
  /** On the clock of the deadlines; infinite when the message does not expire. */
  readonly expiresAt: number;
  isRedelivered: boolean;
  /** How often it was given back, as quorum queues count it. */
  returns: number;
}
