import type { Logger } from '@novasim/service';
import type { Observation } from '../observation.ts';
import { ManagementApi, ManagementFault } from '../state/management-api.ts';
import { StatePoll } from '../state/state-poll.ts';
import { Tracing } from '../state/tracing.ts';
import type { Status } from '../status.ts';
import { readAddress } from './dial.ts';
import { FirehoseTap } from './firehose-tap.ts';
import { readTraceMessage, type Travelled } from './trace-message.ts';

export interface WatchOptions {
  readonly transportUrl: string;
  /** With user and password; without it the management port of the first broker is tried, as the same user. */
  readonly managementUrl: string | undefined;
  readonly observation: Observation;
  readonly status: Status;
  /** Whether anybody looks: then the broker is asked more often. */
  readonly isWatched: () => boolean;
  /** What is the observer's own and not shown. */
  readonly isSkipped: (event: Travelled) => boolean;
  readonly log: Logger;
}

const TRACING_LOOK_MS = 2_000;
const NOT_ALONE = 'what travels is seen only if somebody turns the firehose on (rabbitmqctl trace_on -p VHOST)';

/** Listens to a bus and asks its broker for its state, until disposed; then the firehose is as it was before. */
export function watchBus({ observation, status, log, ...options }: WatchOptions): AsyncDisposable {
  const address = readAddress(options.transportUrl);
  const api = new ManagementApi(options.managementUrl ?? guessedUrl(address), address.virtualHost);
  const tracing = new Tracing(api);
  const known = new Set<string>();
  let lastFault = '';

  const ensureTracing = async () => {
    try {
      const { gapSinceMs } = await tracing.ensure();
      if (gapSinceMs !== undefined) gap(gapSinceMs, 'the firehose had been switched off');
      status.management({ state: 'ok', url: api.url });
      lastFault = '';
    } catch (error) {
      if (!(error instanceof ManagementFault)) throw error;
      const state = error.code === 'refused' ? 'refused' : 'unreachable';
      const why = `${state === 'refused' ? 'the broker does not let us turn its firehose on' : 'there is no management API'}: ${error.message}; ${NOT_ALONE}`;
      status.management({ state, url: api.url, why });
      if (lastFault !== error.message) log.warn({ url: api.url, why: error.message }, 'management API not to be had');
      lastFault = error.message;
    }
    status.tracing(tracing.status);
  };
  const gap = (since: number, why: string) => {
    const at_ms = Date.now();
    observation.tell({ event: 'gap', at_ms: since, until_ms: at_ms, why });
    log.warn({ ms: at_ms - since, why }, 'the tap missed something');
  };

  const poll = new StatePoll({
    api,
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
      tracing.flows();
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
      await ensureTracing();
      if (lostAtMs !== undefined) gap(lostAtMs, `the connection to the broker was lost; ${broker} is heard again`);
      poll.soon();
    },
    lost(why) {
      status.tap({ state: 'lost', why });
      log.warn({ why }, 'not listening');
    },
  });

  const looking = setInterval(() => void ensureTracing(), TRACING_LOOK_MS);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(looking);
      await poll[Symbol.asyncDispose]();
      await tap[Symbol.asyncDispose]();
      await tracing
        .restore()
        .catch((err: unknown) => log.warn({ err }, 'the firehose could not be switched off again'));
    },
  };
}

/** RabbitMQ's management plugin listens on 15672, and the user of the bus may be allowed there too. */
function guessedUrl({ hosts: [host], query }: ReturnType<typeof readAddress>): string {
  const { hostname = '127.0.0.1', username = 'guest', password = 'guest' } = host ?? {};
  const shown = hostname.includes(':') ? `[${hostname}]` : hostname;
  const scheme = query.get('ssl') === 'true' ? 'https' : 'http';
  return `${scheme}://${encodeURIComponent(username)}:${encodeURIComponent(password)}@${shown}:15672`;
}
