import { describe, expect, test } from 'vitest';
import { ruleFault, ruleWords, troubleWords } from './rule-words.ts';

describe(ruleWords, () => {
  test.for([
    [
      {
        action: 'hold',
        times: 1,
        match: { side: 'publish', kind: 'cast', method: 'build_and_run_instance', topic: 'compute', server: 'h1' },
      },
      'Hold the next cast build_and_run_instance to compute.h1, before the broker has it.',
    ],
    [
      { action: 'drop', times: 3, match: { side: 'dispatch', service: 'conductor' } },
      'Drop the next 3 requests that reach conductor, when they have arrived, acknowledged and never run.',
    ],
    [
      { action: 'delay', delay_ms: 1_500, times: 1, match: { side: 'publish', service: 'api' } },
      'Delay the next request from api for 1.50 s, before the broker has it.',
    ],
    [
      { action: 'duplicate', times: 1, match: { side: 'publish', kind: 'call' } },
      'Double the next call, before the broker has it: twins carry one unique id.',
    ],
  ] as const)('%o', ([rule, words]) => {
    expect(ruleWords(rule)).toBe(words);
  });
});

describe(ruleFault, () => {
  test.for([
    [{ action: 'hold', times: 1, match: { side: 'dispatch' } }, undefined],
    [{ action: 'duplicate', times: 1, match: { side: 'dispatch' } }, 'A twin is made where the message is sent.'],
    [{ action: 'drop', times: 1, match: { side: 'dispatch', kind: 'reply' } }, 'Only requests are run on arrival.'],
    [{ action: 'hold', times: 0, match: { side: 'publish' } }, 'How many must be a whole number from 1 on.'],
    [{ action: 'delay', times: 1, match: { side: 'publish' } }, 'A delay needs its milliseconds.'],
  ] as const)('%o', ([rule, fault]) => {
    expect(ruleFault(rule)).toBe(fault);
  });
});

test.for([
  [{ slow_ms: 0, fail_next: 0, fail_rate: 0 }, 'as it was started'],
  [
    { slow_ms: 5_000, fail_next: 2, fail_rate: 0.25 },
    'each spawn takes 5.00 s longer, the next 2 spawns fail, 25 % of spawns fail',
  ],
] as const)('a hypervisor with %o fares: %s', ([trouble, words]) => {
  expect(troubleWords(trouble)).toBe(words);
});
