import { describe, expect, test } from 'vitest';
import { Dispatcher } from './dispatcher.ts';
import { NoSuchMethod, UnsupportedVersion } from './errors.ts';

class First {
  readonly endpointTarget = { version: '1.5' };
  readonly signatures = { add: ['a', 'b'], sleep: ['seconds', 'value?'] };
  readonly limit = 3;
  which() {
    return 'first';
  }
  add(_context: unknown, { a, b }: { a: number; b: number }) {
    return a + b;
  }
  sleep() {}
  _private() {
    return 'secret';
  }
}
class Second extends First {
  override readonly endpointTarget = { version: '1.9' };
  override which() {
    return 'second';
  }
  only_second() {
    return 'second';
  }
}
const named = {
  endpointTarget: { namespace: 'alt', version: '1.2', legacyNamespaces: ['old_alt'] },
  which: () => 'named',
};
const bare = { which: () => 'bare', only_bare: () => 'bare' };
const dispatcher = new Dispatcher([new First(), new Second(), named, bare]);

describe(Dispatcher, () => {
  test.for([
    [undefined, '1.0', 'which', 'first'],
    [undefined, '1.5', 'which', 'first'],
    [undefined, '1.7', 'which', 'second'],
    [undefined, '1.0', 'only_second', 'second'],
    [undefined, '1.0', 'only_bare', 'bare'],
    ['alt', '1.2', 'which', 'named'],
    ['old_alt', '1.0', 'which', 'named'],
  ] as const)('namespace %s, version %s: %s is answered by the %s', ([namespace, version, method, answer]) => {
    expect(dispatcher.find(namespace, version, method).run({}, {})).toBe(answer);
  });

  test.for([
    [undefined, '1.10', 'which', UnsupportedVersion],
    [undefined, '2.0', 'which', UnsupportedVersion],
    [undefined, 'null', 'which', RangeError],
    ['nowhere', '1.0', 'which', UnsupportedVersion],
    ['', '1.0', 'which', UnsupportedVersion],
    ['alt', '1.3', 'which', UnsupportedVersion],
    [undefined, '1.0', 'nope', NoSuchMethod],
    [undefined, '1.8', 'only_bare', NoSuchMethod],
    ['alt', '1.0', 'only_bare', NoSuchMethod],
  ] as const)('namespace %s, version %s: %s is refused', ([namespace, version, method, error]) => {
    expect(() => dispatcher.find(namespace, version, method)).toThrow(error);
  });

  test.for([
    '_private',
    'constructor',
    'toString',
    'hasOwnProperty',
    '__proto__',
    '__defineGetter__',
    'endpointTarget',
    'signatures',
    'limit',
    '',
  ])('%j is not callable', (method) => {
    expect(() => dispatcher.find(undefined, '1.0', method)).toThrow(NoSuchMethod);
  });

  test.for([
    [{ a: 1, zz: 2 }, "First.add() got an unexpected keyword argument 'zz'"],
    [{ a: 1 }, "First.add() missing 1 required positional argument: 'b'"],
    [{}, "First.add() missing 2 required positional arguments: 'a' and 'b'"],
  ] as const)('arguments %j are refused in Python’s words', ([args, message]) => {
    const found = dispatcher.find(undefined, '1.0', 'add');
    expect(() => found.assertArguments(args)).toThrow(new TypeError(message));
  });

  test('an optional argument may be missing, and a method without signature takes anything', () => {
    expect(() => dispatcher.find(undefined, '1.0', 'sleep').assertArguments({ seconds: 1 })).not.toThrow();
    expect(() => dispatcher.find(undefined, '1.0', 'which').assertArguments({ x: 1 })).not.toThrow();
  });

  test('a policy of the program’s own decides who may be called', () => {
    const open = new Dispatcher([new First()], (_endpoint, method) => method === '_private');
    expect(open.find(undefined, '1.0', '_private').run({}, {})).toBe('secret');
    expect(() => open.find(undefined, '1.0', 'which')).toThrow(NoSuchMethod);
  });
});
