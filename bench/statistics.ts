/** The value below which `share` (0 to 1) of the values lie. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** A figure of several rounds as a person reads it: the median, and between which values the rounds lay. */
export function spread(values: readonly number[], digits = 1): string {
  const say = (value: number) => value.toFixed(digits);
  return `${say(median(values))} (${say(Math.min(...values))}–${say(Math.max(...values))})`;
}
