import { describe, expect, test } from 'vitest';
import { readBrokerPlan } from './broker-plan.ts';

describe(readBrokerPlan, () => {
  test.for([
    [
      'nothing said: Docker, else the machine',
      {},
      { rabbitmqs: ['docker', 'local'], wants: 'first', isEmbeddedWanted: true },
    ],
    [
      'an address: that one and no other',
      { TRANSPORT_URL: 'amqp://h' },
      { rabbitmqs: ['url'], wants: 'all', isEmbeddedWanted: true },
    ],
    [
      'all named: all of them',
      { NOVASIM_BROKERS: 'embedded, docker,local' },
      { rabbitmqs: ['docker', 'local'], wants: 'all', isEmbeddedWanted: true },
    ],
    ['only the embedded one', { NOVASIM_BROKERS: 'embedded' }, { rabbitmqs: [], wants: 'all', isEmbeddedWanted: true }],
    ['only RabbitMQ', { NOVASIM_BROKERS: 'local' }, { rabbitmqs: ['local'], wants: 'all', isEmbeddedWanted: false }],
    ['one that must be had', { NOVASIM_REQUIRE: 'postgres,rabbitmq' }, { isRabbitmqRequired: true, wants: 'first' }],
    ['another thing that must be had', { NOVASIM_REQUIRE: 'postgres' }, { isRabbitmqRequired: false }],
  ] as const)('%s', ([, env, plan]) => {
    expect(readBrokerPlan(env)).toMatchObject(plan);
  });

  test('names the word that is none', () => {
    expect(() => readBrokerPlan({ NOVASIM_BROKERS: 'embedded,kafka' })).toThrow(
      "NOVASIM_BROKERS: 'kafka' is none of embedded, url, docker, local",
    );
  });
});
