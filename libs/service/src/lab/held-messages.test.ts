import type { LabMessage, LabRule } from '@novasim/rpcapi';
import { describe, expect, test } from 'vitest';
import { manualClock } from '../clock.ts';
import { HeldMessages } from './held-messages.ts';

const message: LabMessage = { side: 'publish', kind: 'cast', method: 'm', exchange: 'nova', routing_key: 't' };
const hold: LabRule = { id: 'r', action: 'hold', times: 1, match: { side: 'publish' } };

function holding() {
  const clock = manualClock(1_000);
  const changes: number[] = [];
  const held: HeldMessages = new HeldMessages(() => changes.push(held.list().length), clock);
  return { clock, held, changes };
}

describe(HeldMessages, () => {
  test('a held message is listed until somebody decides over it', async () => {
    const { held, changes } = holding();
    const fate = held.keep(message, hold);
    const [waiting] = held.list();
    expect(waiting).toMatchObject({ ...message, rule_id: 'r', action: 'hold', held_ms: 1_000, due_ms: 601_000 });
    expect(held.decide(waiting?.id ?? '', 'lost')).toBe(true);
    expect(await fate).toBe('lost');
    expect(held.decide(waiting?.id ?? '', 'lost')).toBe(false);
    expect(changes).toEqual([1, 0]);
  });

  test.for<[string, LabRule, number]>([
    ['a delayed message goes on when its time is over', { ...hold, action: 'delay', delay_ms: 50 }, 50],
    ['a message that everybody forgot goes on after ten minutes', hold, 600_000],
  ])('%s', async ([, rule, ms]) => {
    const { clock, held } = holding();
    const fate = held.keep(message, rule);
    clock.advance(ms - 1);
    expect(held.list()).toHaveLength(1);
    clock.advance(1);
    expect(await fate).toBe('goes-on');
    expect(held.list()).toEqual([]);
  });

  test('everything goes on when the service stops, and nothing is held after that', async () => {
    const { held } = holding();
    const fates = [held.keep(message, hold), held.keep(message, hold)];
    held.end();
    expect(await Promise.all(fates)).toEqual(['goes-on', 'goes-on']);
    expect(held.hasRoom).toBe(false);
  });

  test('there is room for a thousand', () => {
    const { held } = holding();
    for (let n = 0; n < 1_000; n += 1) void held.keep(message, hold);
    expect(held.hasRoom).toBe(false);
    held.end();
  });
});
