import type { Flow } from '@novasim/trace';

/** Nothing of it is on its way any more, and {@link isEverybodyNamed}. */
export function isOver(flow: Flow): boolean {
  return flow.outcome !== 'open' && isEverybodyNamed(flow);
}

/** It is known who took part: the broker tells of names a little later. */
export function isEverybodyNamed({ lanes }: Flow): boolean {
  return lanes.every(({ id }) => id !== '?');
}
