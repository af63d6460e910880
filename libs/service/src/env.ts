import { maskPassword } from './mask-password.ts';

/** One bad variable: its name, its value as shown to people (secrets masked) and what is wanted instead. */
export interface ConfigFault {
  readonly variable: string;
  /** As found; `undefined` when the variable is not set. */
  readonly value: string | undefined;
  readonly wanted: string;
}

/** Every bad variable of a configuration, in one message. Nothing was opened yet. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'BAD_CONFIG';
  readonly faults: readonly ConfigFault[];

  constructor(faults: readonly ConfigFault[]) {
    super(
      faults
        .map(({ variable, value, wanted }) =>
          value === undefined
            ? `${variable} is not set: wants ${wanted}`
            : `${variable}=${JSON.stringify(value)}: wants ${wanted}`,
        )
        .join('\n'),
    );
    this.faults = faults;
  }
}

/** What a README says of a variable. */
export interface VariableRow {
  readonly variable: string;
  /** As one would write it in the environment; `required` and `none` in words. */
  readonly default: string;
  readonly meaning: string;
}

/**
 * No `default`: the variable is required. `default: undefined`: it may be missing. An empty value counts as not set, because
 * that is what compose files make of a variable that the user did not give.
 */
interface Common<T, D> {
  readonly meaning: string;
  readonly default?: D & (T | undefined);
  /** What the README shows where the default depends on the machine. */
  readonly shownDefault?: string;
}
interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

/** Typed readers of variables. Each also records what it reads, so that a README's table can be checked. */
export interface From {
  text<D extends string | undefined = string>(name: string, options: Common<string, D>): string | D;
  /** As text, but the value is never shown in an error. */
  secret<D extends string | undefined = string>(name: string, options: Common<string, D>): string | D;
  integer<D extends number | undefined = number>(name: string, options: Common<number, D> & Bounds): number | D;
  /** A fraction, as `0.05`. */
  number<D extends number | undefined = number>(name: string, options: Common<number, D> & Bounds): number | D;
  /** Whole milliseconds; `1500`, or with a unit `250ms`, `10s`, `5m`, `1h`. */
  duration<D extends number | undefined = number>(name: string, options: Common<number, D> & Bounds): number | D;
  boolean<D extends boolean | undefined = boolean>(name: string, options: Common<boolean, D>): boolean | D;
  oneOf<const V extends string, D extends V | undefined = V>(
    name: string,
    values: readonly V[],
    options: Common<V, D>,
  ): V | D;
  /** A URL with one of these schemes; a password in it is masked in errors. Hosts are not split: oslo's lists pass. */
  url<D extends string | undefined = string>(
    name: string,
    options: Common<string, D> & { readonly schemes: readonly string[] },
  ): string | D;
  /** Texts with commas between them, blanks around them dropped. */
  list<D extends readonly string[] | undefined = readonly string[]>(
    name: string,
    options: Common<readonly string[], D>,
  ): readonly string[] | D;
  /** A rule over several variables: when it does not hold, `variable` is reported as wanting `wanted`. */
  check(holds: boolean, variable: string, wanted: string): void;
}

/** Where describeConfig collects what a configuration reads; keyed by the environment that it passes. */
const recordings = new WeakMap<object, VariableRow[]>();

/**
 * Reads a configuration from an environment; the result is frozen.
 * @throws {ConfigError} listing every bad variable at once.
 */
export function readEnv<C extends object>(env: NodeJS.ProcessEnv, build: (from: From) => C): Readonly<C> {
  const faults: ConfigFault[] = [];
  const rows = recordings.get(env);
  const config = build(readers(env, faults, (row) => rows?.push(row)));
  if (rows === undefined && faults.length > 0) throw new ConfigError(faults);
  return Object.freeze(config);
}

/** The variables that a `readConfig` reads, in its order, without needing any of them. */
export function describeConfig(readConfig: (env: NodeJS.ProcessEnv) => unknown): readonly VariableRow[] {
  const env: NodeJS.ProcessEnv = {};
  const rows: VariableRow[] = [];
  recordings.set(env, rows);
  readConfig(env);
  return rows;
}

/** The variables as the Markdown table that a service's README holds; a test of each service compares the two. */
export function configTable(readConfig: (env: NodeJS.ProcessEnv) => unknown): string {
  const rows = describeConfig(readConfig).map((row) => `| \`${row.variable}\` | ${row.default} | ${row.meaning} |`);
  return ['| variable | default | meaning |', '|---|---|---|', ...rows].join('\n');
}

type Parse<T> = (text: string) => T | undefined;

function readers(env: NodeJS.ProcessEnv, faults: ConfigFault[], record: (row: VariableRow) => void): From {
  const shown = new Map<string, string>();

  /** The one way to a variable: records it, takes the default, or parses and notes a fault. */
  function read<T, D>(
    name: string,
    options: Common<T, D>,
    wanted: string,
    parse: Parse<T>,
    { show = String as (value: T) => string, mask = (text: string) => text } = {},
  ): T | D {
    const isRequired = !('default' in options);
    record({ variable: name, default: defaultWord(options, show), meaning: options.meaning });
    const text = env[name]?.trim();
    if (text === undefined || text === '') {
      if (isRequired) faults.push({ variable: name, value: undefined, wanted });
      return options.default as D; // for a required one the fault throws before anybody sees it
    }
    shown.set(name, mask(text));
    const value = parse(text);
    if (value === undefined) {
      faults.push({ variable: name, value: mask(text), wanted });
      return options.default as D;
    }
    return value;
  }

  const within =
    ({ min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: Bounds, parse: Parse<number>): Parse<number> =>
    (text) => {
      const value = parse(text);
      return value !== undefined && value >= min && value <= max ? value : undefined;
    };

  return {
    text: (name, options) => read(name, options, 'a text', (text) => text),
    secret: (name, options) => read(name, options, 'a secret', (text) => text, { mask: () => '***' }),
    integer: (name, options) =>
      read(name, options, `a whole number${boundsWords(options)}`, within(options, parseInteger)),
    number: (name, options) => read(name, options, `a number${boundsWords(options)}`, within(options, parseNumber)),
    duration: (name, options) =>
      read(
        name,
        options,
        `milliseconds, or a number with ms, s, m or h${boundsWords(options)}`,
        within(options, parseDuration),
      ),
    boolean: (name, options) => read(name, options, 'true or false (1, 0, yes and no are understood)', parseBoolean),
    oneOf: (name, values, options) =>
      read(name, options, `one of ${values.join(', ')}`, (text) => values.find((value) => value === text)),
    url: (name, options) =>
      read(
        name,
        options,
        `a URL that begins with ${options.schemes.map((scheme) => `${scheme}:`).join(' or ')}`,
        (text) =>
          options.schemes.some((scheme) => text.startsWith(`${scheme}:`) && text.length > scheme.length + 1)
            ? text
            : undefined,
        { mask: maskPassword },
      ),
    list: (name, options) =>
      read(name, options, 'texts with commas between them', parseList, { show: (value) => value.join(',') }),
    check(holds, variable, wanted) {
      if (!holds) faults.push({ variable, value: shown.get(variable), wanted });
    },
  };
}

function defaultWord<T, D>(options: Common<T, D>, show: (value: T) => string): string {
  if (options.shownDefault !== undefined) return options.shownDefault;
  if (!('default' in options)) return 'required';
  return options.default === undefined ? 'none' : `\`${show(options.default as T)}\``;
}

function boundsWords({ min, max }: Bounds): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return ` of at least ${min}`;
  return max === undefined ? '' : ` of at most ${max}`;
}

function parseInteger(text: string): number | undefined {
  return /^[+-]?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function parseNumber(text: string): number | undefined {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

const UNIT_MS: Readonly<Record<string, number>> = { '': 1, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

function parseDuration(text: string): number | undefined {
  const [, amount, unit = ''] = /^(\d{1,12})(ms|s|m|h)?$/.exec(text) ?? [];
  const unitMs = UNIT_MS[unit];
  return amount === undefined || unitMs === undefined ? undefined : Number(amount) * unitMs;
}

function parseBoolean(text: string): boolean | undefined {
  if (/^(true|1|yes|on)$/i.test(text)) return true;
  return /^(false|0|no|off)$/i.test(text) ? false : undefined;
}

function parseList(text: string): readonly string[] | undefined {
  const items = text.split(',').map((item) => item.trim());
  return items.every((item) => item !== '') ? Object.freeze(items) : undefined;
}
