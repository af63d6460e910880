import { expect, test } from 'vitest';
import { frameBatch } from './frame-batch.ts';

test('what comes within a frame is handed on together and in order, and the next frame begins empty', () => {
  const frames: (() => void)[] = [];
  const flushed: (readonly number[])[] = [];
  const add = frameBatch<number>(
    (items) => flushed.push(items),
    (run) => frames.push(run),
  );

  add(1);
  add(2);
  expect(flushed).toEqual([]);
  frames.shift()?.();
  add(3);
  frames.shift()?.();

  expect(flushed).toEqual([[1, 2], [3]]);
  expect(frames).toEqual([]);
});
