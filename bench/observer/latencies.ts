import { placeOf, type Sent, type Traffic } from './traffic-protocol.ts';

/** What a page has painted: under a key everything up to a number, at a time. */
export type Painted = readonly (readonly [key: string, upTo: number, atMs: number])[];

export interface Latencies {
  /** Of every message that was painted; of a request that never was, its first message counts as infinitely late. */
  readonly ms: readonly number[];
  /** Messages that came when their request was on screen no more, because newer ones had pushed it away. */
  readonly unseen: number;
}

/** From the publish of each message until it was painted. `keyOf` tells under which key a message is, `upToOf` from which number on. */
export function latenciesOf(
  traffic: Traffic,
  { sentMs }: Sent,
  painted: Painted,
  { keyOf, upToOf }: { readonly keyOf: (request: number) => string; readonly upToOf: (index: number) => number },
): Latencies {
  const byKey = new Map<string, { upTo: number; atMs: number }[]>();
  for (const [key, upTo, atMs] of painted) byKey.set(key, [...(byKey.get(key) ?? []), { upTo, atMs }]);
  const ms: number[] = [];
  let unseen = 0;
  for (const [n, sent] of sentMs.entries()) {
    const { request, index } = placeOf(n, traffic);
    const shown = byKey.get(keyOf(request))?.find(({ upTo }) => upTo >= upToOf(index));
    if (shown !== undefined) ms.push(shown.atMs - sent);
    else if (index === 0) ms.push(Number.POSITIVE_INFINITY);
    else unseen += 1;
  }
  return { ms, unseen };
}
