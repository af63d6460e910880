import { diagramOf } from '@novasim/trace';
import { expect, test } from 'vitest';
import { boot } from '../../test/recorded.ts';
import { stepFrom, stepsOf } from './steps.ts';

const steps = stepsOf(diagramOf(boot, { showsQueues: true }));

test.for([
  ['from nowhere forward', undefined, 1, 1],
  ['from nowhere back', undefined, -1, 15],
  ['forward, also where a message has two arrows', 2, 1, 3],
  ['not beyond the end', 15, 1, 15],
  ['not before the beginning', 1, -1, 1],
] as const)('steps %s', ([, selected, by, next]) => {
  expect(stepFrom(steps, selected, by)).toBe(next);
});
