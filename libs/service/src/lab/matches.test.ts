import type { LabMatch, LabMessage } from '@novasim/rpcapi';
import { describe, expect, test } from 'vitest';
import { matches } from './matches.ts';

const seer = { name: 'conductor.box', service: 'conductor' };
const build: LabMessage = {
  side: 'publish',
  kind: 'cast',
  topic: 'compute',
  server: 'h1',
  method: 'build_and_run_instance',
  exchange: 'nova',
  routing_key: 'compute.h1',
};
const reply: LabMessage = { ...build, kind: 'reply', exchange: '', routing_key: 'reply_1' };

describe(matches, () => {
  test.for<[string, LabMatch, LabMessage, boolean]>([
    ['a rule with a side alone fits every request', { side: 'publish' }, build, true],
    ['the other side does not fit', { side: 'dispatch' }, build, false],
    ['the method fits', { side: 'publish', method: 'build_and_run_instance' }, build, true],
    ['another method does not', { side: 'publish', method: 'terminate_instance' }, build, false],
    ['another topic does not', { side: 'publish', topic: 'scheduler' }, build, false],
    ['another kind does not', { side: 'publish', kind: 'call' }, build, false],
    ['the server fits', { side: 'publish', server: 'h1' }, build, true],
    ['another server does not', { side: 'publish', server: 'h2' }, build, false],
    ['a service by its name', { side: 'publish', service: 'conductor' }, build, true],
    ['one of several services', { side: 'publish', service: 'conductor.box' }, build, true],
    ['another of them', { side: 'publish', service: 'conductor.other' }, build, false],
    ['another service', { side: 'publish', service: 'compute' }, build, false],
    ['a reply is not meant unless it is said', { side: 'publish', method: 'build_and_run_instance' }, reply, false],
    ['a reply that is meant', { side: 'publish', kind: 'reply', method: 'build_and_run_instance' }, reply, true],
  ])('%s', ([, match, message, expected]) => {
    expect(matches(match, message, seer)).toBe(expected);
  });
});
