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

  test('the misspelt and deprecated names of old releases still work', () => {
    const query = new Map([
      ['rabbit_quroum_max_memory_length', '5'],
      ['kombu_ssl_ca_certs', 'ca.pem'],
      ['kombu_ssl_version', 'tlsv1_2'],
      ['ssl_enforce_fips_mode', 'false'],
    ]);
    expect(readOptions({}, query)).toMatchObject({
      rabbit_quorum_max_memory_length: 5,
      ssl_ca_file: 'ca.pem',
      ssl_version: 'TLSv1_2',
    });
  });

  test.for([
    [{ amqp_durable_queue: true }, /unknown option 'amqp_durable_queue', did you mean 'amqp_durable_queues'/],
    [{ heartbeat_treshold: 1 }, /did you mean 'heartbeat_timeout_threshold'/],
    [{ ssl: 'maybe' }, /option ssl is 'maybe', expected true or false/],
    [{ rabbit_qos_prefetch_count: 'x' }, /rabbit_qos_prefetch_count is 'x', expected a number/],
    [{ kombu_failover_strategy: 'random' }, /'random', allowed are round-robin, shuffle/],
    [{ ssl_version: 'SSLv3' }, /ssl_version is 'SSLv3', allowed are SSLv23, TLSv1, TLSv1_1, TLSv1_2/],
    [{ ssl_key_file: 'key.pem' }, /ssl_key_file needs ssl_cert_file/],
    [{ ssl_enforce_fips_mode: true }, /ssl_enforce_fips_mode is not available: start Node.js with --enable-fips/],
    [{ rabbit_login_method: 'RABBIT-CR-DEMO' }, /allowed are PLAIN, AMQPLAIN, EXTERNAL/],
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
