import { bootClassic } from '@novasim/flows';
import { compareFlows } from '@novasim/trace';
import { expect, test } from 'vitest';
import { boot, noValidHost, recorded } from '../../test/recorded.ts';
import { verdictOf } from './verdict.ts';

test('a flow beside itself', () => {
  expect(verdictOf(compareFlows(boot, boot))).toBe(
    'Both have the same 9 messages, in the same order and with the same ends.',
  );
});

test('a boot beside one for which there was no host', () => {
  expect(verdictOf(compareFlows(boot, noValidHost))).toBe(
    '1 message the same, 8 only in the first. They part at build_instances.',
  );
});

test('a boot beside one whose build was lost', () => {
  const lost = recorded(bootClassic, 'req-2', { breaksAt: { index: 2, outcome: 'lost', why: '' } });

  expect(verdictOf(compareFlows(lost, boot))).toBe(
    '2 messages the same, 1 with another end, 6 only in the second. They part at build_and_run_instance.',
  );
});
