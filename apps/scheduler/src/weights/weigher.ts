import type { HostState } from '../host-state.ts';

/** Gives a host a raw weight; more is better. Raw weights of one weigher are scaled to 0…1 before the multiplier. */
export interface HostWeigher {
  readonly name: string;
  readonly multiplier: number;
  weigh(host: HostState): number;
}
