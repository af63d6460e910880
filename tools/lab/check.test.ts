import { describe, expect, test } from 'vitest';
import { check } from './check.ts';
import type { Question } from './lesson.ts';

const scene = { flows: {}, facts: { right: 'a call' } };
const question: Question = {
  ask: 'How?',
  choices: ['a cast', 'a call'],
  answer: ({ facts }) => facts?.['right'] ?? 'nothing',
  because: () => 'The arrow comes back.',
};

describe(check, () => {
  test.for([
    ['b', true],
    [' B ', true],
    ['a  CALL', true],
    ['a', false],
    ['c', false],
    ['', false],
  ] as const)('%o is right: %s', ([answer, isRight]) => {
    expect(check(question, answer, scene)).toEqual({ isRight, right: 'a call', because: 'The arrow comes back.' });
  });

  test('a number is answered as a text', () => {
    const { choices: _, ...free } = question;
    expect(check({ ...free, answer: () => 3 }, ' 3', scene).isRight).toBe(true);
    expect(check({ ...free, answer: () => 3 }, '33', scene).isRight).toBe(false);
  });

  test.for([
    ['once', 1],
    ['Twice ', 2],
    ['three times', 3],
    ['never', 0],
  ] as const)('%o is a number too', ([answer, right]) => {
    const { choices: _, ...free } = question;
    expect(check({ ...free, answer: () => right }, answer, scene).isRight).toBe(true);
    expect(check({ ...free, answer: () => right + 1 }, answer, scene).isRight).toBe(false);
  });

  test('a trace that shows none of the choices is the lesson’s fault, not the learner’s', () => {
    expect(() => check(question, 'a', { flows: {} })).toThrow(
      '"nothing" is what the trace shows, and none of the choices',
    );
  });
});
