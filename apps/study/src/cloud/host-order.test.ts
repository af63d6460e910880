import { expect, test } from 'vitest';
import { inOrder } from './host-order.ts';

const hosts = [
  { name: 'h1', is_up: true, load: { vcpus: 4, vcpus_used: 1, local_gb: 100, local_gb_used: 10 } },
  { name: 'h2', is_up: true, load: { vcpus: 4, vcpus_used: 1, local_gb: 100, local_gb_used: 90 } },
  { name: 'h3', is_up: true },
  { name: 'h4', is_up: false },
];

test.for([
  [false, ['h4', 'h1', 'h2', 'h3']],
  [true, ['h4', 'h2', 'h1', 'h3']],
] as const)('who is down comes first, and then the fullest: %s', ([isFullestFirst, names]) => {
  expect(inOrder(hosts, isFullestFirst).map(({ name }) => name)).toEqual(names);
});
