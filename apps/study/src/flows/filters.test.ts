import { expect, test } from 'vitest';
import { boot, summaryOf } from '../../test/recorded.ts';
import { askedOf, passes } from './filters.ts';

const ANY = { q: '', outcome: '', service: '', show: 'all' };

test.for([
  [{}, ''],
  [{ q: ' NoValidHost ' }, 'NoValidHost'],
  [{ q: 'method:ping', outcome: 'failed', service: 'compute' }, 'method:ping outcome:failed service:compute'],
  [{ show: '' }, '-operation:periodic'],
] as const)('%o is asked as “%s”', ([wanted, q]) => {
  expect(askedOf({ ...ANY, ...wanted })).toBe(q);
});

test.for([
  [{}, true],
  [{ outcome: 'done', service: 'comp', show: '' }, true],
  [{ outcome: 'failed' }, false],
  [{ service: 'cinder' }, false],
] as const)('a boot passes %o: %s', ([wanted, is]) => {
  expect(passes(summaryOf(boot), { ...ANY, ...wanted })).toBe(is);
});

test('what services report of themselves is left out unless all is wanted', () => {
  const report = { ...summaryOf(boot), operation: 'periodic' };

  expect([passes(report, { ...ANY, show: '' }), passes(report, ANY)]).toEqual([false, true]);
});
