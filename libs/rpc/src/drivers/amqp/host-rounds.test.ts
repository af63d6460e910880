import { expect, test } from 'vitest';
import { defaultOptions } from '../../options.ts';
import { parseTransportUrl } from '../../transport-url.ts';
import { HostRounds, pauseAfter } from './host-rounds.ts';

test('pauses grow from round to round up to a limit', () => {
  const pauses = Array.from({ length: 18 }, (_, round) => pauseAfter(round + 1, defaultOptions));
  expect(pauses.slice(0, 4)).toEqual([1_000, 3_000, 5_000, 7_000]);
  expect(pauses.at(-1)).toBe(30_000);
});

test('every round has every host, and round-robin keeps the order', () => {
  const { hosts } = parseTransportUrl('rabbit://a,b,c,d/');
  const rounds = new HostRounds(hosts, defaultOptions);
  const first = rounds.next();
  expect(first.map(({ hostname }) => hostname).toSorted()).toEqual(['a', 'b', 'c', 'd']);
  expect(rounds.next()).toEqual(first);
});
