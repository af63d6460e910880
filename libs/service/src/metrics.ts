import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type HopEvent, listenTo } from './hop-events.ts';

/** The metrics of one service, in a registry of its own: several services may share a process. */
export interface Metrics extends Disposable {
  /** A measurement of durations that a service adds, with the buckets of all others. */
  histogram(about: { name: string; help: string; labelNames: readonly string[] }): Observed;
  /** A number that a service adds, read when somebody asks for it. */
  gauge(about: { name: string; help: string }, read: () => number): void;
  /** Counts the requests that a transport sends and serves, until disposed. */
  observe(transport: object): Disposable;
  /** What `/metrics` answers. */
  text(): Promise<string>;
  readonly contentType: string;
}

export interface Observed {
  observe(labels: Readonly<Record<string, string>>, seconds: number): void;
}

export interface MetricsOptions {
  readonly service: string;
  readonly host: string;
  /** Memory, CPU and event loop of the process too. Default true. */
  readonly process?: boolean;
}

const SECONDS = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Makes the metrics of a service; its name and host are on every one of them. */
export function createMetrics({ service, host, process: withProcess = true }: MetricsOptions): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service, host });
  if (withProcess) collectDefaultMetrics({ register: registry });

  const labelNames = ['topic', 'method', 'outcome'] as const;
  const served = new Histogram({
    name: 'novasim_rpc_served_seconds',
    help: 'Requests from the bus: how long their methods took',
    labelNames,
    buckets: SECONDS,
    registers: [registry],
  });
  const called = new Histogram({
    name: 'novasim_rpc_called_seconds',
    help: 'Calls to other services: how long until the reply or the failure',
    labelNames,
    buckets: SECONDS,
    registers: [registry],
  });
  const sent = new Counter({
    name: 'novasim_rpc_sent_total',
    help: 'Messages that the broker has taken',
    labelNames: ['kind', 'topic', 'method'] as const,
    registers: [registry],
  });
  const poison = new Counter({
    name: 'novasim_rpc_poison_total',
    help: 'Messages that could not be served',
    labelNames: ['topic'] as const,
    registers: [registry],
  });

  return {
    histogram: (about) => new Histogram({ ...about, buckets: SECONDS, registers: [registry] }),
    gauge(about, read) {
      new Gauge({
        ...about,
        registers: [registry],
        collect() {
          this.set(read());
        },
      });
    },
    contentType: registry.contentType,
    text: () => registry.metrics(),
    observe: (transport) =>
      listenTo(transport, {
        'rpc.publish': ({ kind = '', topic = '', method = '' }) => {
          if (kind !== 'heartbeat') sent.inc({ kind, topic, method });
        },
        'rpc.dispatched': (event) => served.observe(labelsOf(event), (event.ms ?? 0) / 1000),
        'rpc.reply': (event) => called.observe(labelsOf(event), (event.ms ?? 0) / 1000),
        'rpc.poison': ({ topic = '' }) => poison.inc({ topic }),
      }),
    [Symbol.dispose]: () => registry.clear(),
  };
}

/** `ok`, or the class of the failure. */
function labelsOf({ topic = '', method = '', error }: HopEvent): { topic: string; method: string; outcome: string } {
  return { topic, method, outcome: error === undefined ? 'ok' : error instanceof Error ? error.name : 'error' };
}
