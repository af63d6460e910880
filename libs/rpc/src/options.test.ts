import { describe, expect, test } from 'vitest';
import { InvalidOption } from './errors.ts';
import { defaultOptions, readOptions } from './options.ts';

const none = new Map<string, string>();

describe(readOptions, () => {
  test('nothing given leaves the defaults', () => {
    expect(readOptions({}, none)).toEqual(defaultOptions);
  });

  test('the URL overrides what the program gives', () => {
    const query = new Map([
      ['amqp_durable_queues', 'false'],
      ['rabbit_transient_queues_ttl', '60'],
      ['kombu_failover_strategy', 'shuffle'],
    ]);
    expect(readOptions({ amqp_durable_queues: true, rabbit_qos_prefetch_count: 7 }, query)).toMatchObject({
      amqp_durable_queues: false,
      rabbit_transient_queues_ttl: 60,
      rabbit_qos_prefetch_count: 7,
      kombu_failover_strategy: 'shuffle',
    });
  });

  test('the misspelt names of old releases still work', () => {
    const query = new Map([['rabbit_quroum_max_memory_length', '5']]);
    expect(readOptions({}, query).rabbit_quorum_max_memory_length).toBe(5);
  });

  test.for([
    [{ amqp_durable_queue: true }, /unknown option 'amqp_durable_queue', did you mean 'amqp_durable_queues'/],
    [{ heartbeat_treshold: 1 }, /did you mean 'heartbeat_timeout_threshold'/],
    [{ ssl: 'maybe' }, /option ssl is 'maybe', expected true or false/],
    [{ rabbit_qos_prefetch_count: 'x' }, /rabbit_qos_prefetch_count is 'x', expected a number/],
    [{ kombu_failover_strategy: 'random' }, /'random', allowed are round-robin, shuffle/],
    [
      { kombu_compression: 'bz2' },
      /kombu_compression is 'bz2', which Node.js does not have; allowed are gzip, zlib, brotli/,
    ],
    [{ kombu_compression: 'zip' }, /kombu_compression is 'zip'; allowed are/],
    [{ rabbit_quorum_queue: true, rabbit_ha_queues: true }, /exclude each other/],
  ] as const)('%j is refused with a reason', ([given, message]) => {
    const refused = () => readOptions(given as object, none);
    expect(refused).toThrow(InvalidOption);
    expect(refused).toThrow(message);
  });
});
