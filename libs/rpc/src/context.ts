import { setOwn } from './set-own.ts';
import type { RequestContext } from './types.ts';

const prefix = '_context_';

/** Puts each key of the context into `message` as `_context_<key>`. */
export function packContext(context: RequestContext, message: Record<string, unknown>): void {
  for (const key of Object.keys(context)) {
    const value = context[key];
    if (value !== undefined) message[prefix + key] = value;
  }
}

/** Takes the `_context_<key>` entries of a message as the context. A key `__proto__` becomes an ordinary own property. */
export function unpackContext(message: Readonly<Record<string, unknown>>): RequestContext {
  const context: Record<string, unknown> = {};
  for (const key of Object.keys(message)) {
    if (!key.startsWith(prefix)) continue;
    const name = key.slice(prefix.length);
    if (name === '__proto__') setOwn(context, name, message[key]);
    else context[name] = message[key];
  }
  return context;
}
