import { brokersUnderTest, freshBus, until } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import { MessageDeliveryFailure } from '../src/index.ts';
import { clientOn } from './probe.ts';
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
