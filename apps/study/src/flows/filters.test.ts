import { expect, test } from 'vitest';
import { boot, summaryOf } from '../../test/recorded.ts';
import { askedOf, passes } from './filters.ts';

const ANY = { q: '', outcome: '', service: '', only: '' };

test.for([
  [{}, ''],
  [{ q: ' NoValidHost ' }, 'NoValidHost'],
  [{ q: 'method:ping', outcome: 'failed', service: 'compute' }, 'method:ping outcome:failed service:compute'],
  [{ only: 'requests' }, 'request_id:req-'],
] as const)('%o is asked as “%s”', ([wanted, q]) => {
  expect(askedOf({ ...ANY, ...wanted })).toBe(q);
});

test.for([
  [{}, true],
  [{ outcome: 'done', service: 'comp', only: 'requests' }, true],
  [{ outcome: 'failed' }, false],
  [{ service: 'cinder' }, false],
] as const)('a boot passes %o: %s', ([wanted, is]) => {
  expect(passes(summaryOf(boot), { ...ANY, ...wanted })).toBe(is);
});

test('what nobody asked for is no request', () => {
  expect(passes({ ...summaryOf(boot), request_id: 'msg-1' }, { ...ANY, only: 'requests' })).toBe(false);
});
