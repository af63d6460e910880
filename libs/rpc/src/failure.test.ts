import { describe, expect, test } from 'vitest';
import { NoSuchMethod, PoisonMessage, UnsupportedVersion } from './errors.ts';
import { decodeFailure, encodeFailure } from './failure.ts';
import { KeyError, PythonError, ValueError } from './python-errors.ts';
import { RemoteError, registerRemoteError, remoteFailureOf } from './remote-errors.ts';

class QuotaExceeded extends Error {
  override readonly name = 'QuotaExceeded';
  readonly module = 'shop.errors';
  readonly kwargs: { readonly limit: number };

  constructor(message: string, limit: number) {
    super(message);
    this.kwargs = { limit };
  }
}

class Unnamed extends Error {}

const none = new Set<string>();
const fields = (error: unknown): Record<string, unknown> => JSON.parse(encodeFailure(error));

describe(encodeFailure, () => {
  test.for([
    [new Error('boom'), 'Exception', 'builtins'],
    [new TypeError('boom'), 'TypeError', 'builtins'],
    [new RangeError('boom'), 'ValueError', 'builtins'],
    [new ValueError('boom'), 'ValueError', 'builtins'],
    [new NoSuchMethod('x'), 'NoSuchMethod', 'oslo_messaging.rpc.dispatcher'],
    [new UnsupportedVersion('9.1', 'x'), 'UnsupportedVersion', 'oslo_messaging.rpc.dispatcher'],
    [new QuotaExceeded('boom', 3), 'QuotaExceeded', 'shop.errors'],
    [new Unnamed('boom'), 'Unnamed', 'node'],
    ['just text', 'Exception', 'builtins'],
    [new PythonError('boom'), 'Exception', 'builtins'],
  ] as const)('%s travels as class %s of module %s', ([error, name, module]) => {
    expect(fields(error)).toMatchObject({ class: name, module });
  });

  test('message, arguments and a traceback in Python’s shape travel along', () => {
    expect(fields(new QuotaExceeded('boom', 3))).toMatchObject({
      message: 'boom',
      args: ['boom'],
      kwargs: { limit: 3 },
    });
    const { tb } = fields(new KeyError('k')) as { tb: string[] };
    expect(tb[0]).toBe('Traceback (most recent call last):\n');
    expect(tb.at(-1)).toBe("KeyError: 'k'\n");
  });

  test('arguments that JSON cannot hold do not silence the failure', () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    const error = new PythonError('boom', { args: cycle });
    expect(fields(error)).toMatchObject({ message: 'boom', args: ['boom'] });
  });
});

describe(decodeFailure, () => {
  test('a builtin exception is rebuilt as its own class, without the remote stack in its text', () => {
    const error = decodeFailure(encodeFailure(new ValueError('boom')), none);
    expect(error).toBeInstanceOf(ValueError);
    expect(error.message).toBe('boom');
    expect(remoteFailureOf(error)?.traceback[0]).toMatch(/^Traceback/);
  });

  test.for(['Exception', 'ZeroDivisionError', 'TypeError'])('builtins.%s is rebuilt', (name) => {
    const error = decodeFailure(JSON.stringify({ class: `${name}_Remote`, module: 'exceptions', message: 'm' }), none);
    expect(error.name).toBe(name);
    expect(error).not.toBeInstanceOf(RemoteError);
  });

  test('a class that Python does not have becomes RemoteError', () => {
    const error = decodeFailure('{"class": "Nope", "module": "builtins", "message": "m"}', none);
    expect(error).toMatchObject({ name: 'RemoteError', excType: 'Nope', value: 'm', traceback: [] });
  });

  test('a registered class is rebuilt only on transports that allow its module', () => {
    registerRemoteError('shop.errors', 'QuotaExceeded', ({ message, kwargs }) => {
      return new QuotaExceeded(message, Number(kwargs['limit']));
    });
    const text = encodeFailure(new QuotaExceeded('boom', 3));
    expect(decodeFailure(text, new Set(['shop.errors']))).toMatchObject({
      name: 'QuotaExceeded',
      kwargs: { limit: 3 },
    });
    expect(decodeFailure(text, none)).toMatchObject({ name: 'RemoteError', excType: 'QuotaExceeded' });
  });

  test('a factory that fails gives RemoteError', () => {
    registerRemoteError('shop.errors', 'Broken', () => {
      throw new Error('cannot');
    });
    const text = '{"class": "Broken", "module": "shop.errors"}';
    expect(decodeFailure(text, new Set(['shop.errors']))).toMatchObject({ name: 'RemoteError', excType: 'Broken' });
  });

  test.for(['not json', '[]', '3'])('failure %j is an error of its own', (text) => {
    expect(decodeFailure(text, none)).toBeInstanceOf(PoisonMessage);
  });
});
