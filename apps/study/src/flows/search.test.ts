import { expect, test } from 'vitest';
import { searchedFor } from './search.ts';

test.for([
  ['', ''],
  ['req-4f1c', 'request id'],
  ['c1000000-0000-4000-8000-000000000001', 'instance'],
  ['0123456789abcdef0123456789abcdef', 'msg_id'],
  ['build_and_run_instance', 'method'],
  ['NoValidHost', 'any words'],
] as const)('%s is taken for %s', ([text, kind]) => {
  expect(searchedFor(text)).toBe(kind);
});
