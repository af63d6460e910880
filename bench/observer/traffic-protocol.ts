/** What is sent: requests of `messages` messages each, `atOnce` of them under way at any time, a message of each in turn. */
export interface Traffic {
  /** Request ids are `req-NAME-0`, `req-NAME-1`, … */
  readonly name: string;
  readonly requests: number;
  readonly messages: number;
  readonly atOnce: number;
  /** Messages a second, by the clock; 0: as fast as the broker takes them. */
  readonly perSecond: number;
  /** `calls`: a cast, then calls with their replies. `casts`: casts, each with a method of its own (`step_7`). */
  readonly kind: 'calls' | 'casts';
}

export interface Sent {
  /** When each message was handed to the connection, milliseconds since 1970, in the order of {@link placeOf}. */
  readonly sentMs: readonly number[];
}

/** Which message of which request the n-th one is. */
export function placeOf(
  n: number,
  { messages, atOnce }: Traffic,
): { readonly request: number; readonly index: number } {
  const group = Math.floor(n / (messages * atOnce));
  const within = n - group * messages * atOnce;
  return { request: group * atOnce + (within % atOnce), index: Math.floor(within / atOnce) };
}

export function requestId(name: string, request: number): string {
  return `req-${name}-${request}`;
}
