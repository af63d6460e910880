// biome-ignore lint/correctness/noUndeclaredDependencies: the floor is the package that libs/rpc declares, without libs/rpc
import { type Channel, connect } from 'amqplib';
import { topic } from './protocol.ts';
import { runMany } from './subject-main.ts';

// The same declares by hand: four channels, because amqplib waits for each answer on a channel, and only what is needed.
const [url = ''] = process.argv.slice(2);
const width = 4;

await runMany(async (count) => {
  const connection = await connect(url, { noDelay: true });
  const channels = await Promise.all(Array.from({ length: width }, () => connection.createChannel()));
  const [first] = channels;
  if (first === undefined) throw new Error('no channel');
  const answer = (message: unknown) => message;
  const transient = { durable: false, arguments: { 'x-expires': 1_800_000 } };
  await first.assertExchange('openstack', 'topic', { durable: false });
  await first.assertExchange(`${topic}_fanout`, 'fanout', { durable: false, autoDelete: true });
  const start = async (channel: Channel, index: number): Promise<void> => {
    const own = `${topic}.host-${index}`;
    const fanout = `${topic}_fanout_${index}`;
    await Promise.all([
      channel.assertQueue(topic, { durable: false }),
      channel.bindQueue(topic, 'openstack', topic),
      channel.assertQueue(own, { durable: false }),
      channel.bindQueue(own, 'openstack', own),
      channel.assertQueue(fanout, transient),
      channel.bindQueue(fanout, `${topic}_fanout`, ''),
      ...[topic, own, fanout].map((queue) => channel.consume(queue, answer)),
    ]);
  };
  await Promise.all(Array.from({ length: count }, (_, index) => start(channels[index % width] ?? first, index)));
  return () => connection.close();
});
