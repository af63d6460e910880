import { readFileSync } from 'node:fs';

// biome-ignore lint/suspicious/noExplicitAny: recorded bodies have any shape
export function exchange(name: string): { request: any; response: { status: number; headers: any; body: any } } {
  return JSON.parse(readFileSync(new URL(`samples/${name}.json`, import.meta.url), 'utf8'));
}

/** The body of a recorded answer. */
export function sample(name: string) {
  return exchange(name).response.body;
}

/** The keys of a body in their order, without its values: of a list those of its first item. */
export function keysOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [keysOf(value[0])];
  if (typeof value !== 'object' || value === null) return typeof value === 'object' ? 'null' : '…';
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, keysOf(item)]));
}
