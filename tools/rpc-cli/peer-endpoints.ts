import { setTimeout as wait } from 'node:timers/promises';
import {
  BaseEndpoint,
  type Endpoint,
  expectedErrors,
  KeyError,
  PythonError,
  type RequestContext,
  RuntimeError,
  ValueError,
} from '@novasim/rpc';
import { PeerError } from './peer-error.ts';
import { add, length, plainText, range, repeated, sleepMs } from './python-operators.ts';

interface Failing {
  readonly kind?: string;
  readonly message?: unknown;
  readonly code?: unknown;
}

interface Recording {
  readonly key: string;
  readonly value?: unknown;
}

/** Endpoint A: namespace and version come from the command line. Its texts of failures are Python's, as is its name. */
class Main implements Endpoint {
  readonly endpointTarget: NonNullable<Endpoint['endpointTarget']>;
  readonly signatures = {
    echo: ['value'],
    add: ['a', 'b'],
    nothing: [],
    whoami: [],
    ctx: [],
    stream: ['count'],
    big: ['size'],
    length: ['value'],
    sleep: ['seconds', 'value?'],
    slow_record: ['key', 'seconds', 'value?'],
    record: ['key', 'value?'],
    recorded: ['key'],
    fail: ['kind?', 'message?', 'code?'],
    fail_expected: ['kind?', 'message?', 'code?'],
    nan: [],
    bigint: [],
    which: [],
  };
  readonly #server: string;
  readonly #recorded = new Map<string, unknown[]>();
  readonly fail_expected = expectedErrors(
    [ValueError, KeyError, RuntimeError, PeerError],
    (_context: RequestContext, args: Failing): never => this.fail(_context, args),
  );

  constructor(server: string, namespace: string | undefined, version: string) {
    this.#server = server;
    this.endpointTarget = { version, ...(namespace === undefined ? {} : { namespace }) };
  }

  echo(_context: RequestContext, { value }: { value: unknown }): unknown {
    return value;
  }

  args(_context: RequestContext, args: Record<string, unknown>): unknown {
    return args;
  }

  add(_context: RequestContext, { a, b }: { a: unknown; b: unknown }): unknown {
    return add(a, b);
  }

  nothing(): null {
    return null;
  }

  whoami(): string {
    return this.#server;
  }

  ctx(context: RequestContext): RequestContext {
    return context;
  }

  stream(context: RequestContext, { count }: { count: unknown }): unknown[] {
    return range(count).map((n) => ({ n, ctxt: context }));
  }

  big(_context: RequestContext, { size }: { size: unknown }): string {
    return repeated('x', size);
  }

  length(_context: RequestContext, { value }: { value: unknown }): number {
    return length(value);
  }

  async sleep(_context: RequestContext, { seconds, value }: { seconds: unknown; value?: unknown }): Promise<unknown> {
    await wait(sleepMs(seconds));
    return value;
  }

  async slow_record(context: RequestContext, args: Recording & { seconds: unknown }): Promise<unknown> {
    await wait(sleepMs(args.seconds));
    this.record(context, args);
    return args.value;
  }

  record(_context: RequestContext, { key, value = null }: Recording): void {
    const list = this.#recorded.get(key) ?? [];
    this.#recorded.set(key, list);
    list.push(value);
  }

  recorded(_context: RequestContext, { key }: { key: string }): unknown[] {
    return this.#recorded.get(key) ?? [];
  }

  fail(_context: RequestContext, { kind = 'ValueError', message = 'boom', code = 0 }: Failing): never {
    throw makeError(kind, message, code);
  }

  nan(): number[] {
    return [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  }

  bigint(): bigint {
    return 2n ** 64n + 1n;
  }

  which(): string {
    return 'A';
  }

  _private(): string {
    return 'must not be reachable';
  }
}

class EndpointB implements Endpoint {
  readonly endpointTarget = { version: '1.9' };
  readonly signatures = { which: [], only_b: [] };
  which(): string {
    return 'B';
  }
  only_b(): string {
    return 'B';
  }
}

class EndpointC implements Endpoint {
  readonly endpointTarget = { version: '2.3' };
  readonly signatures = { which: [] };
  which(): string {
    return 'C';
  }
}

class EndpointD implements Endpoint {
  readonly endpointTarget = { namespace: 'alt', version: '1.2', legacyNamespaces: ['old_alt'] };
  readonly signatures = { which: [] };
  which(): string {
    return 'D';
  }
}

class BaseAPI extends BaseEndpoint {}

/** The endpoints of the peer, in dispatch order. */
export function peerEndpoints(server: string, namespace: string | undefined, version: string): readonly object[] {
  return [new Main(server, namespace, version), new EndpointB(), new EndpointC(), new EndpointD(), new BaseAPI(server)];
}

const builtins: ReadonlyMap<string, typeof PythonError> = new Map([
  ['ValueError', ValueError],
  ['TypeError', { TypeError: class extends PythonError {} }.TypeError],
  ['RuntimeError', RuntimeError],
]);

function makeError(kind: string, message: unknown, code: unknown): Error {
  if (kind === 'PeerError') return new PeerError(plainText(message), { args: [message], kwargs: { code } });
  if (kind === 'KeyError') return keyError(message);
  const type = builtins.get(kind);
  return type === undefined ? keyError(kind) : new type(plainText(message), { args: [message] });
}

/** Python shows the key as it would be written in a program: only texts are in quotes. */
function keyError(key: unknown): Error {
  if (typeof key === 'string') return new KeyError(key);
  return Object.assign(new KeyError(), { message: plainText(key), args: [key] });
}
