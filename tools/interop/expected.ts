import { Float, pythonJson } from '../rpc-cli/python-text.ts';

/** What a line must be, without what is different each time. */
export type Expected = string | RegExp;

const zero = new Float(0);

/** The answer of a request that succeeded. */
export function ok(result: unknown): string {
  return pythonJson({ ok: true, result, elapsed: zero });
}

/** The answer of a request that failed at the server. */
export function remote(name: string, message: string, rebuilt: boolean): string {
  return failed({ kind: 'remote', class: name, message, rebuilt });
}

/** The answer of a request that failed before it came to a server. */
export function failed(error: Readonly<Record<string, unknown>>): string {
  return pythonJson({ ok: false, error, elapsed: zero });
}

/** The answers of a request that was repeated. */
export function repeated(results: readonly unknown[]): string {
  const answers = results.map((result) => ({ ok: true, result, elapsed: zero }));
  return pythonJson({ ok: true, results: answers, elapsed: zero });
}

/** A line without times, ids, and the key that Python's endpoints find in their context. */
export function normalized(line: string): string {
  return line
    .replace(/"elapsed": \d+\.\d+(e-\d+)?/g, '"elapsed": 0.0')
    .replace(/(, )?"client_timeout": (null|\d+(\.\d+)?)/g, '')
    .replace(/"message_id": "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"/, '"message_id": "ID"')
    .replace(/"timestamp": "\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{6})?"/, '"timestamp": "TIME"');
}

/** @throws saying what came instead */
export function assertLine(line: string, expected: Expected, what: string): void {
  const plain = normalized(line);
  const fits = typeof expected === 'string' ? plain === expected : expected.test(plain);
  if (!fits) throw new Error(`${what}: expected ${expected}, got ${plain}`);
}
