import { expect, test } from 'vitest';
import { compareUrl, withPick } from './picks.ts';

test.for([
  ['the first', '', 'a', '/flows?pick=a'],
  ['the second', '?q=x&pick=a', 'b', '/flows?q=x&pick=a&pick=b'],
  ['a third', '?pick=a&pick=b', 'c', '/flows?pick=a&pick=c'],
  ['one that is chosen', '?pick=a&pick=b', 'a', '/flows?pick=b'],
] as const)('choosing %s', ([, search, id, url]) => {
  expect(withPick(id, new URL(`http://study/flows${search}`))).toBe(url);
});

test('ids with slashes stay in their place of the path', () => {
  expect(compareUrl('req/1', 'msg-2')).toBe('/compare/req%2F1/msg-2');
});
