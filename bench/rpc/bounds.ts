import { median } from '../statistics.ts';

/** One thing that is promised, and whether it holds. */
export interface Bound {
  readonly what: string;
  /** As a person reads it: `≥ 0.70 × amqplib`. */
  readonly wanted: string;
  /** Median and spread of the rounds; why not, when it was not measured. */
  readonly measured: string;
  /** Undefined: not measured. */
  readonly holds: boolean | undefined;
}

/** A bound on the median of one value a round. An empty list is one that could not be measured here. */
export function bound(
  what: string,
  sign: '≥' | '≤' | '=',
  limit: number,
  values: readonly number[],
  { unit = '', digits = 2 }: { readonly unit?: string; readonly digits?: number } = {},
): Bound {
  const wanted = `${sign} ${limit.toFixed(digits)}${unit}`;
  if (values.length === 0) return { what, wanted, measured: 'not measured here', holds: undefined };
  const middle = median(values);
  const say = (value: number) => value.toFixed(digits);
  const spread = values.length === 1 ? '' : ` (${say(Math.min(...values))}–${say(Math.max(...values))})`;
  const holds = sign === '≥' ? middle >= limit : sign === '≤' ? middle <= limit : middle === limit;
  return { what, wanted, measured: `${say(middle)}${spread}${unit}`, holds };
}

/** As a table in Markdown. */
export function boundTable(bounds: readonly Bound[]): string {
  const verdict = ({ holds }: Bound) => (holds === undefined ? '—' : holds ? 'yes' : '**no**');
  const rows = bounds.map((each) => `| ${each.what} | ${each.wanted} | ${each.measured} | ${verdict(each)} |`);
  return ['| what | wanted | measured | holds |', '|---|---:|---:|---|', ...rows, ''].join('\n');
}
