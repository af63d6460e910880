import { InvalidOption } from './errors.ts';

/** @throws {InvalidOption} for what is no time to wait: the broker would close the channel on it, and what else is on it. */
export function assertDuration(name: string, ms: number | undefined): void {
  if (ms === undefined || ms >= 0) return;
  throw new InvalidOption(`${name} is ${ms}, expected a number of at least 0`);
}
