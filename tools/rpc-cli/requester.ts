import { type EndpointMethod, type PrepareOverrides, RpcClient, type Transport } from '@novasim/rpc';
import { type DescribedError, describeError } from './describe-error.ts';
import { Float } from './python-text.ts';

/** One request as it is named on the command line and on stdin; null is as good as absent. */
export type Request = Readonly<Record<string, unknown>>;

/** The answer to one request, in the order it is printed. */
export interface Answer {
  readonly ok: boolean;
  readonly result?: unknown;
  readonly error?: DescribedError;
  /** Answers of a repeated request, in order of its numbers. */
  readonly results?: readonly Answer[];
  /** Seconds. */
  readonly elapsed: Float;
}

/** Sends requests of the command's form on one transport. */
export class Requester {
  readonly #client: RpcClient<Record<string, EndpointMethod>>;

  constructor(transport: Transport, topic: string) {
    this.#client = new RpcClient(transport, { topic });
  }

  /** Sends a request as often as it says and answers when all are done. Never rejects. */
  async run(request: Request): Promise<Answer> {
    const count = Number(request['repeat'] ?? 0);
    if (!(count > 0)) return this.#one(request, 0);
    const started = performance.now();
    const results: Answer[] = [];
    let next = 0;
    const work = async (): Promise<void> => {
      for (let index = next++; index < count; index = next++) results[index] = await this.#one(request, index);
    };
    const parallel = Math.min(count, Number(request['parallel'] ?? 0) || count);
    await Promise.all(Array.from({ length: parallel }, work));
    return { ok: results.every(({ ok }) => ok), results, elapsed: since(started) };
  }

  async #one(request: Request, index: number): Promise<Answer> {
    const started = performance.now();
    try {
      const result = await this.#send(request, index);
      return { ok: true, result, elapsed: since(started) };
    } catch (error) {
      const [version, cap] = [textOf(request['version']), textOf(request['version_cap'])];
      const asked = { ...(version === undefined ? {} : { version }), ...(cap === undefined ? {} : { cap }) };
      return { ok: false, error: describeError(error, asked), elapsed: since(started) };
    }
  }

  async #send(request: Request, index: number): Promise<unknown> {
    const { method } = request;
    if (typeof method !== 'string') throw new TypeError('the request names no method');
    const kwargs = objectOf('kwargs', request['kwargs']);
    const context = objectOf('ctxt', request['ctxt']);
    const client = this.#client.prepare(overridesOf(request));
    const args = numbered(kwargs, index);
    if (request['mode'] === 'cast') return client.cast(context, method, args).then(() => null);
    return client.call(context, method, args);
  }
}

function overridesOf(request: Request): PrepareOverrides {
  const seconds = (name: string): number | undefined => {
    const value = request[name];
    return value === undefined || value === null ? undefined : Number(value) * 1_000;
  };
  const all = {
    topic: textOf(request['topic']),
    exchange: textOf(request['exchange']),
    server: textOf(request['server']),
    namespace: textOf(request['namespace']),
    version: textOf(request['version']),
    versionCap: textOf(request['version_cap']),
    timeoutMs: seconds('timeout'),
    callMonitorTimeoutMs: seconds('call_monitor'),
    retry: request['retry'] === undefined || request['retry'] === null ? undefined : Number(request['retry']),
    fanout: request['fanout'] ? true : undefined,
    atLeastOnce: request['mandatory'] ? true : undefined,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function textOf(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : String(value);
}

function objectOf(name: string, value: unknown): Record<string, unknown> {
  if (value === undefined || value === null) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>; // just checked
  throw new TypeError(`${name} is no object`);
}

/** The value with every text that is exactly `$i` replaced by the request's number. */
function numbered(value: unknown, index: number): unknown {
  if (value === '$i') return index;
  if (Array.isArray(value)) return value.map((item) => numbered(item, index));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, numbered(member, index)]));
}

function since(started: number): Float {
  return new Float(Math.round(performance.now() - started) / 1_000);
}
