import { codeOf, replyCode } from './broker-errors.ts';

/**
 * True when the broker closed the connection because queues that are neither durable nor exclusive are not permitted:
 * RabbitMQ 4.3's default, and `deprecated_features.permit.transient_nonexcl_queues = false` before.
 */
export function refusesTransientQueues(error: unknown): boolean {
  return (
    codeOf(error) === replyCode.internalError &&
    error instanceof Error &&
    /transient_nonexcl_queues/.test(error.message)
  );
}

let wasTold = false;

/** Tells people once in the life of the program that its queues are not what its options say. */
export function tellOfDurableQueues(host: string): void {
  if (wasTold) return;
  wasTold = true;
  process.emitWarning(
    `the broker at ${host} does not permit transient queues that are not exclusive: queues are declared durable instead`,
    { type: 'MessagingWarning', code: 'DURABLE_QUEUES' },
  );
}
