import { describe, expect, test } from 'vitest';
import { describeDifference, readDifference } from './mismatch.ts';

describe(readDifference, () => {
  // As RabbitMQ 3.10 and 4.0 write it, inside what amqplib makes of it.
  test.for([
    [
      `Operation failed: ExchangeDeclare; 406 (PRECONDITION-FAILED) with message "PRECONDITION_FAILED - inequivalent arg 'durable' for exchange 'nova' in vhost 'v': received 'true' but current is 'false'"`,
      "exchange 'nova' exists with durable false, but durable true is asked for; all peers must agree on amqp_durable_queues, rabbit_quorum_queue and rabbit_transient_quorum_queue",
    ],
    [
      `Operation failed: QueueDeclare; 406 (PRECONDITION-FAILED) with message "PRECONDITION_FAILED - inequivalent arg 'x-expires' for queue 'q' in vhost '/': received the value '60000' of type 'signedint' but current is none"`,
      "queue 'q' exists with x-expires none, but x-expires 60000 is asked for; all peers must agree on rabbit_transient_queues_ttl",
    ],
    [
      `inequivalent arg 'x-queue-type' for queue 'compute' in vhost '/': received 'quorum' but current is 'classic'`,
      "queue 'compute' exists with x-queue-type classic, but x-queue-type quorum is asked for; all peers must agree on rabbit_quorum_queue, rabbit_transient_quorum_queue and rabbit_stream_fanout",
    ],
    [
      `inequivalent arg 'type' for exchange 'x' in vhost '/': received 'topic' but current is 'direct'`,
      "exchange 'x' exists with type direct, but type topic is asked for",
    ],
  ] as const)('%s', ([message, sentence]) => {
    const difference = readDifference(message);
    expect(difference && describeDifference(difference)).toBe(sentence);
  });

  test('other words are left as they are', () => {
    expect(readDifference('PRECONDITION_FAILED - unknown delivery tag 1')).toBeUndefined();
  });
});
