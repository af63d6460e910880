import { expect, test } from 'vitest';
import { Fifo } from './fifo.ts';

test('what is pushed is shifted in order, also when it is long', () => {
  const fifo = new Fifo<number>();
  const out: number[] = [];
  for (let n = 0; n < 10_000; n++) {
    fifo.push(n);
    if (n % 3 === 0) out.push(fifo.shift() ?? -1);
  }
  expect(fifo.length).toBe(10_000 - out.length);
  while (fifo.length > 0) out.push(fifo.shift() ?? -1);
  expect(out).toEqual(Array.from({ length: 10_000 }, (_, n) => n));
  expect(fifo.shift()).toBeUndefined();
});

test('what is put before comes first, and drain takes the rest', () => {
  const fifo = new Fifo<number>();
  fifo.push(1);
  fifo.push(2);
  fifo.shift();
  fifo.unshift([7, 8]);
  expect([fifo.peek(), fifo.drain(), fifo.length]).toEqual([7, [7, 8, 2], 0]);
});
