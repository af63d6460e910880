import type { RabbitmqKind } from './broker-plan.ts';

/** How to reach a RabbitMQ: AMQP without a virtual host, and its management API. Plain data, it travels to the test workers. */
export interface RabbitmqAddress {
  readonly kind: RabbitmqKind;
  readonly version: string;
  /** `amqp://user:password@host:port`, no path. */
  readonly url: string;
  /** `http://user:password@host:port`, no path. */
  readonly managementUrl: string;
}

/** How a RabbitMQ is to be started, beside what tests always need. */
export interface RabbitmqStart {
  /** Lines of rabbitmq.conf, e.g. `deprecated_features.permit.transient_nonexcl_queues = false`. */
  readonly config?: readonly string[];
}

/** A RabbitMQ that was started, or found, for this test run. */
export interface RunningRabbitmq extends AsyncDisposable {
  readonly address: RabbitmqAddress;
}

/**
 * Keeps Erlang's schedulers from spinning while they wait for work: on a small machine that takes the processor away from what is tested.
 */
export const quietSchedulers = '+sbwt none +sbwtdcpu none +sbwtdio none';
