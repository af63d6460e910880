import { describe, expect, test } from 'vitest';
import { ConfigError, configTable, describeConfig, type From, readEnv } from './env.ts';

const read = <T>(env: NodeJS.ProcessEnv, one: (from: From) => T) =>
  readEnv(env, (from) => ({ value: one(from) })).value;

describe('a value that is understood', () => {
  const meaning = 'm';
  test.for([
    ['a text', 'x y', (from: From) => from.text('V', { meaning }), 'x y'],
    ['blanks around it', ' 12 ', (from: From) => from.integer('V', { meaning }), 12],
    ['a negative number', '-3', (from: From) => from.integer('V', { meaning }), -3],
    ['a fraction', '0.25', (from: From) => from.number('V', { meaning }), 0.25],
    ['plain milliseconds', '1500', (from: From) => from.duration('V', { meaning }), 1500],
    ['seconds', '10s', (from: From) => from.duration('V', { meaning }), 10_000],
    ['minutes', '2m', (from: From) => from.duration('V', { meaning }), 120_000],
    ['yes', 'Yes', (from: From) => from.boolean('V', { meaning }), true],
    ['0', '0', (from: From) => from.boolean('V', { meaning }), false],
    ['one of', 'b', (from: From) => from.oneOf('V', ['a', 'b'], { meaning }), 'b'],
    ['a list', 'a, b,c', (from: From) => from.list('V', { meaning }), ['a', 'b', 'c']],
    [
      "oslo's list of hosts",
      'rabbit://u:p@a:1,u:p@b:2/v',
      (from: From) => from.url('V', { schemes: ['rabbit'], meaning }),
      'rabbit://u:p@a:1,u:p@b:2/v',
    ],
    ['nothing, with a default', undefined, (from: From) => from.integer('V', { default: 7, meaning }), 7],
    ['an empty text, with a default', '', (from: From) => from.text('V', { default: 'd', meaning }), 'd'],
    [
      'nothing, where it may be missing',
      undefined,
      (from: From) => from.text('V', { default: undefined, meaning }),
      undefined,
    ],
  ] as const)('%s', ([, text, one, value]) => {
    expect(read({ V: text }, one as (from: From) => unknown)).toEqual(value);
  });
});

describe('a value that is refused says what is wanted', () => {
  const meaning = 'm';
  test.for([
    ['nothing', undefined, (from: From) => from.text('V', { meaning }), 'V is not set: wants a text'],
    ['a half number', '1.5', (from: From) => from.integer('V', { meaning }), 'V="1.5": wants a whole number'],
    [
      'too small',
      '0',
      (from: From) => from.integer('V', { min: 1, meaning }),
      'V="0": wants a whole number of at least 1',
    ],
    [
      'too big',
      '9',
      (from: From) => from.integer('V', { min: 1, max: 8, meaning }),
      'V="9": wants a whole number from 1 to 8',
    ],
    [
      'no duration',
      '5 days',
      (from: From) => from.duration('V', { meaning }),
      'V="5 days": wants milliseconds, or a number with ms, s, m or h',
    ],
    [
      'no boolean',
      'maybe',
      (from: From) => from.boolean('V', { meaning }),
      'V="maybe": wants true or false (1, 0, yes and no are understood)',
    ],
    ['none of', 'c', (from: From) => from.oneOf('V', ['a', 'b'], { meaning }), 'V="c": wants one of a, b'],
    [
      'a hole in a list',
      'a,,b',
      (from: From) => from.list('V', { meaning }),
      'V="a,,b": wants texts with commas between them',
    ],
    [
      'another scheme, password masked',
      'http://me:pw@h/',
      (from: From) => from.url('V', { schemes: ['rabbit', 'amqp'], meaning }),
      'V="http://me:***@h/": wants a URL that begins with rabbit: or amqp:',
    ],
  ] as const)('%s', ([, text, one, message]) => {
    expect(() => read({ V: text }, one as (from: From) => unknown)).toThrow(new ConfigError([]).constructor as never);
    expect(() => read({ V: text }, one as (from: From) => unknown)).toThrow(message);
  });
});

test('all faults are in one error, secrets are not', () => {
  const build = (from: From) => ({
    a: from.integer('A', { meaning: 'a' }),
    b: from.oneOf('B', ['x'], { meaning: 'b' }),
    c: from.secret('C', { meaning: 'c' }),
    d: from.check(false, 'C', 'something longer'),
  });
  const error = fault(() => readEnv({ A: 'one', B: 'y', C: 'hunter2' }, build));
  expect(error.message.split('\n')).toEqual([
    'A="one": wants a whole number',
    'B="y": wants one of x',
    'C="***": wants something longer',
  ]);
});

test('the result cannot be changed', () => {
  const config: { host: string } = readEnv({}, (from) => ({ host: from.text('H', { default: 'h', meaning: 'm' }) }));
  expect(() => {
    config.host = 'other';
  }).toThrow(TypeError);
});

test('a configuration tells its variables without any being set', () => {
  const readConfig = (env: NodeJS.ProcessEnv) =>
    readEnv(env, (from) => ({
      a: from.text('A', { meaning: 'first' }),
      b: from.integer('B', { default: 3, meaning: 'second' }),
      c: from.list('C', { default: undefined, meaning: 'third' }),
      d: from.text('D', { default: 'here', shownDefault: 'this machine', meaning: 'fourth' }),
    }));
  expect(describeConfig(readConfig)).toHaveLength(4);
  expect(configTable(readConfig)).toBe(
    [
      '| variable | default | meaning |',
      '|---|---|---|',
      '| `A` | required | first |',
      '| `B` | `3` | second |',
      '| `C` | none | third |',
      '| `D` | this machine | fourth |',
    ].join('\n'),
  );
});

function fault(read: () => unknown): ConfigError {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error;
  }
  throw new Error('no ConfigError');
}
