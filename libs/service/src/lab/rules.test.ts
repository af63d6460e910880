import type { LabMessage, LabRule } from '@novasim/rpcapi';
import { describe, expect, test } from 'vitest';
import { faultOfRule, Rules } from './rules.ts';

const message: LabMessage = { side: 'publish', kind: 'cast', method: 'm', exchange: 'nova', routing_key: 't' };
const rule: LabRule = { id: 'a', action: 'hold', times: 1, match: { side: 'publish', method: 'm' } };
const newRules = () => new Rules({ name: 'api.box', service: 'api' });

describe(Rules, () => {
  test('a rule is for as many messages as it says, and then gone', () => {
    const rules = newRules();
    rules.add({ ...rule, times: 2 });
    expect(rules.take(message)?.id).toBe('a');
    expect(rules.list()).toMatchObject([{ id: 'a', times: 1 }]);
    expect(rules.take(message)?.id).toBe('a');
    expect(rules.take(message)).toBeUndefined();
    expect(rules.list()).toEqual([]);
  });

  test('a time that another service used up counts here too', () => {
    const rules = newRules();
    rules.add(rule);
    rules.spend('a');
    expect(rules.take(message)).toBeUndefined();
  });

  test('the oldest rule that matches decides', () => {
    const rules = newRules();
    rules.add({ ...rule, id: 'other', match: { side: 'publish', method: 'n' } });
    rules.add({ ...rule, id: 'first' });
    rules.add({ ...rule, id: 'second' });
    expect(rules.take(message)?.id).toBe('first');
    expect(rules.take(message)?.id).toBe('second');
  });

  test('a rule for another service is not kept', () => {
    const rules = newRules();
    rules.add({ ...rule, match: { ...rule.match, service: 'compute' } });
    expect(rules.list()).toEqual([]);
  });

  test('the hundred and first rule is refused', () => {
    const rules = newRules();
    for (let n = 1; n <= 100; n += 1) rules.add({ ...rule, id: String(n) });
    expect(() => rules.add(rule)).toThrow('api.box has 100 rules already');
  });
});

describe(faultOfRule, () => {
  test.for<[string, object, string]>([
    ['an unknown action', { action: 'burn' }, 'action is "burn": wants hold, drop, duplicate, delay'],
    ['no side', { match: {} }, 'match.side is undefined: wants publish or dispatch'],
    ['an unknown kind', { match: { side: 'publish', kind: 'wave' } }, 'match.kind is "wave"'],
    ['no times', { times: 0 }, 'times is 0: wants 1 to 1000000'],
    ['a delay without its length', { action: 'delay' }, 'delay_ms is undefined: wants 1 to 600000'],
    ['a twin of what has arrived', { action: 'duplicate', match: { side: 'dispatch' } }, 'side must be publish'],
    ['a reply that arrives', { match: { side: 'dispatch', kind: 'reply' } }, 'side must be publish'],
  ])('%s is refused with its value', ([, change, words]) => {
    expect(faultOfRule({ ...rule, ...change })).toContain(words);
  });

  test('a rule that is whole has none', () => {
    expect(faultOfRule({ ...rule, action: 'delay', delay_ms: 5 })).toBeUndefined();
  });
});
