import { textRepr } from './python-repr.ts';

/**
 * An exception of Python, so that it can be thrown here and arrive there as what it is, and the other way round.
 * `args` and `kwargs` travel with it.
 */
export class PythonError extends Error {
  readonly module: string = 'builtins';
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;

  constructor(message = '', details: { args?: readonly unknown[]; kwargs?: Readonly<Record<string, unknown>> } = {}) {
    super(message);
    this.name = new.target === PythonError ? 'Exception' : new.target.name;
    this.args = details.args ?? (message === '' ? [] : [message]);
    this.kwargs = details.kwargs ?? {};
  }
}

/** A value of the right type that cannot be used. */
export class ValueError extends PythonError {}

/** Something is wrong that no other class names. */
export class RuntimeError extends PythonError {}

/** A key that is not there. Its message is the key as Python shows it: in quotes, with escapes. */
export class KeyError extends PythonError {
  constructor(key = '') {
    super(textRepr(key), { args: [key] });
  }
}

/** A list has no such place. */
export class IndexError extends PythonError {}

/** The object has no such attribute. */
export class AttributeError extends PythonError {}

/** The method is announced but not there. */
export class NotImplementedError extends PythonError {}

/** An operation of the system failed. */
export class OSError extends PythonError {}

/** Built-in subclasses of Exception in Python 3.11 that have no class of their own here; oslo.messaging rebuilds no others. */
const otherNames = (
  'ArithmeticError AssertionError BlockingIOError BrokenPipeError BufferError ChildProcessError ConnectionAbortedError ' +
  'ConnectionError ConnectionRefusedError ConnectionResetError EOFError Exception FileExistsError FileNotFoundError FloatingPointError ' +
  'ImportError InterruptedError IsADirectoryError LookupError MemoryError ModuleNotFoundError NameError NotADirectoryError ' +
  'OverflowError PermissionError ProcessLookupError RecursionError ReferenceError StopAsyncIteration StopIteration SyntaxError ' +
  'SystemError TabError TimeoutError TypeError UnboundLocalError UnicodeError Warning ZeroDivisionError'
).split(' ');

const named = [ValueError, RuntimeError, IndexError, AttributeError, NotImplementedError, OSError];
const builtins = new Map<string, typeof PythonError>(named.map((type) => [type.name, type]));
for (const name of otherNames) builtins.set(name, { [name]: class extends PythonError {} }[name] ?? PythonError);

/** An exception of Python's `builtins` rebuilt from its name; undefined when Python has none of that name. */
export function pythonError(
  name: string,
  message: string,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
): Error | undefined {
  if (name === 'TypeError') return new TypeError(message);
  if (name === 'KeyError') return new KeyError(typeof args[0] === 'string' ? args[0] : message);
  const type = builtins.get(name);
  return type === undefined ? undefined : new type(message, { args, kwargs });
}
