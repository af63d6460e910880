import { startBroker } from '@novasim/broker';
import { expect, test } from 'vitest';
import { startRabbitmqs } from './rabbitmqs.ts';

test('a RabbitMQ that is named but does not answer is an error that names what was tried', async () => {
  // Somebody's port a moment ago, nobody's now.
  const gone = await startBroker();
  await gone.close();
  const address = `guest:guest@127.0.0.1:${gone.port}`;
  const env = { TRANSPORT_URL: `amqp://${address}/`, NOVASIM_MANAGEMENT_URL: `http://${address}` };
  await expect(startRabbitmqs(env)).rejects.toThrow(/must have cannot be had. Tried: url: .*ECONNREFUSED/);
});

test('a RabbitMQ that is required but not named is an error', async () => {
  await expect(startRabbitmqs({ NOVASIM_REQUIRE: 'rabbitmq', NOVASIM_BROKERS: 'embedded' })).rejects.toThrow(
    'NOVASIM_REQUIRE names rabbitmq, but NOVASIM_BROKERS names no RabbitMQ',
  );
});

test('none is started when none is asked for', async () => {
  await using rabbitmqs = await startRabbitmqs({ NOVASIM_BROKERS: 'embedded' });
  expect(rabbitmqs.addresses).toEqual([]);
});
