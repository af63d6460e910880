import type { Logger } from '@novasim/service';
import type { Observation } from '../observation.ts';
import { FirehoseSwitch } from '../state/firehose-switch.ts';
import { managementApis } from '../state/management-urls.ts';
import { StatePoll } from '../state/state-poll.ts';
import type { Status } from '../status.ts';
import { readAddress } from './dial.ts';
import { FirehoseTap } from './firehose-tap.ts';
import { readTraceMessage, type Travelled } from './trace-message.ts';

export interface WatchOptions {
  readonly transportUrl: string;
  /** With user and password, one for each node; without it the management port of each broker is tried, as the same user. */
  readonly managementUrl: string | undefined;
  readonly observation: Observation;
  readonly status: Status;
  /** Whether anybody looks: then the broker is asked more often. */
  readonly isWatched: () => boolean;
  /** What is the observer's own and not shown. */
  readonly isSkipped: (event: Travelled) => boolean;
  readonly log: Logger;
}

const LOOK_MS = 2_000;

/** Listens to a bus and asks its broker for its state, until disposed; then the firehose is as it was before. */
export function watchBus({ observation, status, log, ...options }: WatchOptions): AsyncDisposable {
  const address = readAddress(options.transportUrl);
  const apis = managementApis(options.managementUrl, address);
  const firehose = new FirehoseSwitch(apis);
  const known = new Set<string>();

  const turnOn = async () => {
    const before = firehose.management;
    const offSinceMs = await firehose.ensure();
    status.management(firehose.management);
    status.tracing(firehose.tracing);
    const { why, url } = firehose.management;
    if (why !== undefined && why !== before.why) log.warn({ url, why }, 'management API not to be had');
    return offSinceMs;
  };
  const gap = (since: number, why: string) => {
    const at_ms = Date.now();
    observation.tell({ event: 'gap', at_ms: since, until_ms: at_ms, why });
    log.warn({ ms: at_ms - since, why }, 'the tap missed something');
  };
  const look = async () => {
    const offSinceMs = await turnOn();
    if (offSinceMs !== undefined) gap(offSinceMs, 'the firehose had been switched off');
  };

  const poll = new StatePoll({
    apis,
    isWatched: options.isWatched,
    took: (state) => {
      known.clear();
      for (const { name } of state.connections) known.add(name);
      observation.tell(state);
    },
  });

  const tap = new FirehoseTap(address, {
    heard(message) {
      const event = readTraceMessage(message, Date.now());
      if (event === undefined) return;
      firehose.flows();
      if (options.isSkipped(event)) return;
      observation.tell(event);
      if (event.connection !== undefined && !known.has(event.connection)) {
        known.add(event.connection); // asked once for each
        poll.soon();
      }
    },
    skipped: (count, since) => gap(since, `${count} messages were not read: they came faster than they are understood`),
    async listening(broker, lostAtMs) {
      status.tap({ state: 'listening', broker });
      log.info({ broker, vhost: address.virtualHost }, lostAtMs === undefined ? 'listening' : 'listening again');
      await turnOn(); // what it was off for is part of the gap below
      if (lostAtMs !== undefined) gap(lostAtMs, `the connection to the broker was lost; ${broker} is heard again`);
      poll.soon();
    },
    lost(why) {
      status.tap({ state: 'lost', why });
      log.warn({ why }, 'not listening');
    },
  });

  const looking = setInterval(() => void look(), LOOK_MS);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(looking);
      await poll[Symbol.asyncDispose]();
      await tap[Symbol.asyncDispose]();
      await firehose
        .restore()
        .catch((err: unknown) => log.warn({ err }, 'the firehose could not be switched off again'));
    },
  };
}
