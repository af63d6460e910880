import { brokersUnderTest, freshBus, hasLocalRabbitmq, startLocalRabbitmq, until } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import { connect, MessageDeliveryFailure, MessageTooLarge, RpcClient, serve } from '../src/index.ts';
import { clientOn, deadlineMs, Probe } from './probe.ts';
import { rawPeerOn } from './raw-peer.ts';

const brokers = (await brokersUnderTest()).filter(({ version }) => version !== undefined);

test('a broker that can refuse messages is among those tested with, where one can be had', () => {
  expect(brokers.length > 0 || process.env['NOVASIM_REQUIRE']?.includes('rabbitmq') !== true).toBe(true);
});

describe.each(brokers)('on $name', (broker) => {
  test('a message that the broker refuses for a moment is sent again, in the end it fails', async () => {
    await using bus = await freshBus(broker);
    await using raw = await rawPeerOn(bus);
    // Room for one message; the next is refused.
    await raw.channel.assertExchange('openstack', 'topic', { durable: false });
    const full = { 'x-max-length': 1, 'x-overflow': 'reject-publish' };
    await raw.channel.assertQueue('demo', { durable: false, arguments: full });
    await raw.channel.bindQueue('demo', 'openstack', 'demo');

    await using peer = await clientOn(bus);
    await peer.client.cast({}, 'record', { value: 1 });
    const impatient = peer.client.prepare({ retry: 0 });
    await expect(impatient.cast({}, 'record', { value: 2 })).rejects.toThrow(/the broker did not take it \(nack\)/);

    const again = peer.client.cast({}, 'record', { value: 3 });
    expect((await raw.channel.purgeQueue('demo')).messageCount).toBe(1);
    await again;
    const message = await until(async () => raw.channel.get('demo', { noAck: true }), { what: 'the message' });
    expect(message.content.toString()).toContain('\\"value\\":3');

    await peer.client.cast({}, 'record', { value: 4 });
    await expect(peer.client.cast({}, 'record', { value: 5 })).rejects.toThrow(MessageDeliveryFailure);
  });
});

describe.skipIf(!(await hasLocalRabbitmq()))('a RabbitMQ that takes no large messages', () => {
  test('fails the one that is too large and nothing beside it, and a result that is too large is a failure', {
    timeout: 60_000,
  }, async () => {
    await using broker = await startLocalRabbitmq({ config: ['max_message_size = 65536'] });
    await using transport = await connect(broker.address.url, { responseTimeoutMs: deadlineMs });
    const probe = new Probe();
    const endpoint = { large: () => 'x'.repeat(70_000), record: probe.record.bind(probe) };
    await using _server = await serve(transport, { topic: 'demo', server: 'a' }, [endpoint]);
    const client = new RpcClient<Probe & { large(): string }>(transport, { topic: 'demo' });
    const values = Array.from({ length: 20 }, (_, n) => n);
    const others = values.map((value) => client.cast({}, 'record', { value }));
    const tooLarge = client.cast({}, 'record', { value: 'x'.repeat(70_000) });
    await expect(tooLarge).rejects.toThrow(MessageTooLarge);
    await expect(tooLarge).rejects.toThrow(/message size \d+ is larger than configured max size 65536/);
    await Promise.all(others);
    await probe.seen(values.length);
    await expect(client.call({}, 'large', {})).rejects.toMatchObject({
      excType: 'MessageTooLarge',
      value: expect.stringContaining('is larger than'),
    });
  });
});
