import { describe, expect, test } from 'vitest';
import { Deque } from './deque.ts';

describe(Deque, () => {
  test('does what a list does, at both ends and across its growth', () => {
    const deque = new Deque<number>();
    const list: number[] = [];
    for (let step = 0; step < 5000; step += 1) {
      // Any fixed mixture of the three will do; this one grows, wraps round and empties.
      const choice = (step * 7919) % (step < 3500 ? 5 : 11);
      if (choice < 2) {
        deque.push(step);
        list.push(step);
      } else if (choice === 2) {
        deque.unshift(step);
        list.unshift(step);
      } else expect(deque.shift()).toBe(list.shift());
      expect(deque.first).toBe(list[0]);
      expect(deque.length).toBe(list.length);
    }
  });
});
