import { type Attributes, type Counter, type Histogram, type MeterProvider, metrics } from '@opentelemetry/api';
import { metric } from './conventions.ts';

/** Bounds that the conventions ask for, in seconds. */
const secondsBounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** What is counted and timed. Made with the first message: a meter that is asked for before the SDK stands stays mute. */
export class Instruments {
  readonly sent: Counter<Attributes>;
  readonly consumed: Counter<Attributes>;
  /** Until the broker's confirm. */
  readonly operation: Histogram<Attributes>;
  /** Of casts. */
  readonly process: Histogram<Attributes>;
  readonly clientCall: Histogram<Attributes>;
  readonly serverCall: Histogram<Attributes>;

  constructor(provider: MeterProvider | undefined) {
    const meter = (provider ?? metrics).getMeter('@novasim/rpc');
    const counter = (name: string, description: string) =>
      meter.createCounter(name, { unit: '{message}', description });
    const seconds = (name: string, description: string) =>
      meter.createHistogram(name, { unit: 's', description, advice: { explicitBucketBoundaries: secondsBounds } });
    this.sent = counter(metric.sent, 'Messages that were handed to the broker');
    this.consumed = counter(metric.consumed, 'Messages that were handed to an endpoint');
    this.operation = seconds(metric.operation, 'Time until the broker confirmed a message');
    this.process = seconds(metric.process, 'Time that an endpoint took for a cast');
    this.clientCall = seconds(metric.clientCall, 'Time until a call was answered');
    this.serverCall = seconds(metric.serverCall, 'Time that an endpoint took for a call');
  }
}
