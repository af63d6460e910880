import type { PlainValue } from '../codec/field-table.ts';

/** Who is at the other end. */
export interface Client {
  readonly user: string;
  /** As it named itself in start-ok. */
  readonly properties: { readonly [key: string]: PlainValue };
  /** Wants to be told when a queue it consumes from is deleted. */
  readonly canBeCancelled: boolean;
  /** Wants to be told when it is throttled. */
  readonly canBeBlocked: boolean;
  /** Understands connection.close as the answer to a wrong password. */
  readonly canBeRefused: boolean;
}

/** Before it said who it is. */
export const nobody: Client = {
  user: '',
  properties: {},
  canBeCancelled: false,
  canBeBlocked: false,
  canBeRefused: false,
};
