import { expect, test } from 'vitest';
import { choice, flag, integer, number, readArguments, required, text } from './arguments.ts';

const options = {
  url: required(),
  version: text(undefined),
  version_cap: text(undefined),
  mode: choice(['call', 'cast'], 'call'),
  retry: integer(undefined),
  timeout: number(10),
  fanout: flag(),
};
const read = (...args: readonly string[]) => readArguments('client', options, args);

test('values come after a space or an equals sign, what is missing has its default', () => {
  expect(read('--url', 'u', '--version-cap=1.5', '--fanout')).toEqual({
    url: 'u',
    version: undefined,
    version_cap: '1.5',
    mode: 'call',
    retry: undefined,
    timeout: 10,
    fanout: true,
  });
});

test('a value may be a negative number, a name may be shortened while it is clear', () => {
  expect(read('--url', 'u', '--re', '-1', '--time', '.5')).toMatchObject({ retry: -1, timeout: 0.5 });
  expect(read('--url', 'u', '--version', '1.0')).toMatchObject({ version: '1.0', version_cap: undefined });
});

test.for([
  [[], 'the following arguments are required: --url'],
  [['--url'], 'argument --url: expected one argument'],
  [['--url', '--fanout'], 'argument --url: expected one argument'],
  [['--url', 'u', 'more'], 'unrecognized arguments: more'],
  [['--url', 'u', '--colour', 'red'], 'unrecognized arguments: --colour'],
  [['--url', 'u', '--ver', '1.0'], 'ambiguous option: --ver could match --version, --version-cap'],
  [['--url', 'u', '--mode', 'shout'], "argument --mode: invalid choice: 'shout' (choose from call, cast)"],
  [['--url', 'u', '--retry', '1.5'], "argument --retry: invalid int value: '1.5'"],
  [['--url', 'u', '--timeout', 'soon'], "argument --timeout: invalid float value: 'soon'"],
  [['--url', 'u', '--fanout=yes'], "argument --fanout: ignored explicit argument 'yes'"],
] as const)('%j is refused: %s', ([args, message]) => {
  expect(() => read(...args)).toThrow(message);
});
