/** The command line is wrong; `usage` says how it should be. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly usage: string;

  constructor(message: string, usage = '') {
    super(message);
    this.usage = usage;
  }
}

/** One option: a switch, or one that takes a value. `read` turns the text into the value, or throws what is wrong with it. */
export interface Option<T> {
  readonly isSwitch: boolean;
  readonly read: (text: string) => T;
  readonly fallback: T;
  readonly isRequired: boolean;
}

type Options = Readonly<Record<string, Option<unknown>>>;
type Values<O extends Options> = { readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never };

/** An option that must be there. */
export function required(): Option<string> {
  return { isSwitch: false, read: String, fallback: '', isRequired: true };
}

/** An option that takes a text. */
export function text<F extends string | undefined>(fallback: F): Option<string | F> {
  return { isSwitch: false, read: String, fallback, isRequired: false };
}

/** An option without a value. */
export function flag(): Option<boolean> {
  return { isSwitch: true, read: () => true, fallback: false, isRequired: false };
}

/** An option that takes a whole number. */
export function integer<F extends number | undefined>(fallback: F): Option<number | F> {
  return value(fallback, (given) => {
    if (!/^\s*[+-]?\d+\s*$/.test(given)) throw new UsageError(`invalid int value: '${given}'`);
    return Number(given);
  });
}

/** An option that takes a number. */
export function number<F extends number | undefined>(fallback: F): Option<number | F> {
  return value(fallback, (given) => {
    const read = given.trim() === '' ? Number.NaN : Number(given);
    if (Number.isNaN(read)) throw new UsageError(`invalid float value: '${given}'`);
    return read;
  });
}

/** An option that takes one of several words. */
export function choice<W extends string>(words: readonly W[], fallback: W): Option<W> {
  return value(fallback, (given) => {
    const word = words.find((each) => each === given);
    if (word === undefined) throw new UsageError(`invalid choice: '${given}' (choose from ${words.join(', ')})`);
    return word;
  });
}

/** An option whose value is read by `read`. */
export function value<T, F>(fallback: F, read: (text: string) => T): Option<T | F> {
  return { isSwitch: false, read, fallback, isRequired: false };
}

/**
 * Reads a command line as Python's argparse does: `--name value`, `--name=value`, unambiguous beginnings of names; a value may be
 * a negative number. Keys of `options` are the names, with underscores for dashes. Undefined when the usage was asked for, which
 * is then on stdout.
 *
 * @throws {UsageError}
 */
export function readArguments<O extends Options>(
  command: string,
  options: O,
  args: readonly string[],
): Values<O> | undefined {
  const usage = usageOf(command, options);
  const fail = (message: string): never => {
    throw new UsageError(message, usage);
  };
  const values: Record<string, unknown> = {};
  const names = new Map(Object.keys(options).map((key) => [dashed(key), key]));
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '-h' || arg === '--help') {
      process.stdout.write(usage);
      return undefined;
    }
    const [name, inline] = splitAtEquals(arg);
    if (!name.startsWith('--')) fail(`unrecognized arguments: ${arg}`);
    const known = names.has(name) ? [name] : [...names.keys()].filter((each) => each.startsWith(name));
    if (known.length > 1) fail(`ambiguous option: ${name} could match ${known.join(', ')}`);
    const [match = ''] = known;
    const key = names.get(match);
    const option = key === undefined ? undefined : options[key];
    if (key === undefined || option === undefined) throw new UsageError(`unrecognized arguments: ${arg}`, usage);
    if (option.isSwitch && inline !== undefined) fail(`argument ${match}: ignored explicit argument '${inline}'`);
    let given = inline ?? '';
    if (!option.isSwitch && inline === undefined) {
      if (rest[0] === undefined || looksLikeOption(rest[0])) fail(`argument ${match}: expected one argument`);
      given = rest.shift() ?? '';
    }
    try {
      values[key] = option.read(given);
    } catch (error) {
      fail(`argument ${match}: ${(error as Error).message}`); // readers throw Errors
    }
  }
  const missing = Object.keys(options).filter((key) => options[key]?.isRequired && !Object.hasOwn(values, key));
  if (missing.length > 0) fail(`the following arguments are required: ${missing.map(dashed).join(', ')}`);
  for (const [key, { fallback }] of Object.entries(options)) values[key] ??= fallback;
  return values as Values<O>; // each was read by its own option
}

function dashed(key: string): string {
  return `--${key.replaceAll('_', '-')}`;
}

function splitAtEquals(arg: string): [string, string | undefined] {
  const at = arg.indexOf('=');
  return at < 0 ? [arg, undefined] : [arg.slice(0, at), arg.slice(at + 1)];
}

function looksLikeOption(arg: string): boolean {
  return arg.startsWith('-') && arg !== '-' && !arg.includes(' ') && !/^-\d+$|^-\d*\.\d+$/.test(arg);
}

function usageOf(command: string, options: Options): string {
  const words = Object.entries(options).map(([key, { isSwitch, isRequired }]) => {
    const word = isSwitch ? dashed(key) : `${dashed(key)} ${key.toUpperCase()}`;
    return isRequired ? word : `[${word}]`;
  });
  return `usage: rpc ${command} ${words.join(' ')}\n`;
}
