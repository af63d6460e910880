import type { RabbitOptions } from '../../options.ts';
import type { BrokerHost } from '../../transport-url.ts';

/** The hosts in the order of trying: shuffled once, so that many clients spread over a cluster. */
export class HostRounds {
  readonly #hosts: BrokerHost[];
  readonly #isShuffledEachRound: boolean;

  constructor(hosts: readonly BrokerHost[], options: RabbitOptions) {
    this.#hosts = shuffle(hosts);
    this.#isShuffledEachRound = options.kombu_failover_strategy === 'shuffle';
  }

  /** The hosts of the next round. */
  next(): readonly BrokerHost[] {
    return this.#isShuffledEachRound ? shuffle(this.#hosts) : this.#hosts;
  }
}

/** Pause after the `failedRounds`-th round in which every host failed: 1, 3, 5, … s with the defaults. */
export function pauseAfter(failedRounds: number, options: RabbitOptions): number {
  const seconds = options.rabbit_retry_interval + (failedRounds - 1) * options.rabbit_retry_backoff;
  const most = Math.max(options.rabbit_interval_max, options.rabbit_retry_interval);
  return Math.min(seconds, most) * 1_000;
}

function shuffle<T>(items: readonly T[]): T[] {
  const shuffled = [...items];
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1));
    [shuffled[last], shuffled[other]] = [shuffled[other] as T, shuffled[last] as T]; // both indices are inside
  }
  return shuffled;
}
