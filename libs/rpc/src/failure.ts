import { isObject } from './envelope.ts';
import { PoisonMessage } from './errors.ts';
import { parseJson, stringifyJson } from './json.ts';
import { type RemoteFailure, rebuildError } from './remote-errors.ts';
import { shown } from './shown.ts';

/** What an error may carry for the wire: the Python module of its class, and the arguments to build it again there. */
export interface WireError {
  readonly module?: string;
  readonly args?: readonly unknown[];
  readonly kwargs?: Readonly<Record<string, unknown>>;
}

/** Python's nearest class for the errors that the engine throws. */
const nativeClasses: ReadonlyMap<string, string> = new Map([
  ['Error', 'Exception'],
  ['TypeError', 'TypeError'],
  ['RangeError', 'ValueError'],
  ['SyntaxError', 'ValueError'],
  ['URIError', 'ValueError'],
  ['EvalError', 'RuntimeError'],
  ['ReferenceError', 'NameError'],
  ['AggregateError', 'RuntimeError'],
]);

/** Module of an error class that names none. Not `builtins`, where a Python client would look for it in vain. */
export const unnamedModule = 'node';
const tracebackStart = 'Traceback (most recent call last):\n';

/** An error as the JSON text that travels as `failure`. Never throws: what cannot be written is left out. */
export function encodeFailure(thrown: unknown): string {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { class: className, module } = classOf(error);
  const { args, kwargs } = error as WireError; // read with care below: any error may have fields of these names
  const failure = {
    class: className,
    module,
    message: error.message,
    tb: traceback(error, module === 'builtins' ? className : `${module}.${className}`),
    args: Array.isArray(args) ? args : [error.message],
    kwargs: isObject(kwargs) ? kwargs : {},
  };
  try {
    return stringifyJson(failure);
  } catch {
    return stringifyJson({ ...failure, args: [error.message], kwargs: {} });
  }
}

/** The error that a failure text stands for. Never throws: a text that is no failure becomes a PoisonMessage error. */
export function decodeFailure(text: unknown, allowedModules: ReadonlySet<string>): Error {
  let fields: unknown;
  try {
    fields = typeof text === 'string' ? parseJson(text) : text;
  } catch (error) {
    return new PoisonMessage(`failure of the reply is not JSON: ${shown(text).slice(0, 200)}`, { cause: error });
  }
  if (!isObject(fields)) return new PoisonMessage(`failure of the reply is no object: ${shown(text).slice(0, 200)}`);
  return rebuildError(readFailure(fields), allowedModules);
}

function readFailure(fields: Record<string, unknown>): RemoteFailure {
  const module = plainName(fields['module']);
  return {
    class: plainName(fields['class']),
    module: module === 'exceptions' ? 'builtins' : module, // Python 2's name
    message: typeof fields['message'] === 'string' ? fields['message'] : '',
    traceback: Array.isArray(fields['tb']) ? fields['tb'].map(shown) : [],
    args: Array.isArray(fields['args']) ? fields['args'] : [],
    kwargs: isObject(fields['kwargs']) ? fields['kwargs'] : {},
  };
}

function plainName(value: unknown): string {
  return typeof value === 'string' ? value.replace(/_Remote$/, '') : '';
}

/** Class and module under which an error travels. */
export function classOf(error: Error): { class: string; module: string } {
  const { module } = error as WireError; // see encodeFailure
  const ownName = error.name === 'Error' ? error.constructor.name : error.name;
  if (typeof module === 'string') return { class: ownName, module };
  const native = nativeClasses.get(ownName);
  return native === undefined ? { class: ownName, module: unnamedModule } : { class: native, module: 'builtins' };
}

/** The stack in the shape of Python's: a first line, one text per frame, and the error's own line last. */
function traceback(error: Error, name: string): string[] {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [tracebackStart, ...frames.map((line) => `  ${line.trim()}\n`), `${name}: ${error.message}\n`];
}
