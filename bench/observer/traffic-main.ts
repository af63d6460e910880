// biome-ignore lint/correctness/noUndeclaredDependencies: raw traffic needs no libs/rpc, which declares it
import { type Channel, connect } from 'amqplib';
import { EXCHANGE, messageOf, REPLY_QUEUE, TOPIC } from './oslo-message.ts';
import type { Sent, Traffic } from './traffic-protocol.ts';

// Who sends and takes, in a process of its own so that its work is not counted as the observer's.
const [url = ''] = process.argv.slice(2);
const TICK_MS = 2;
/** So many go to the connection before others have their turn. */
const CHUNK = 200;

const channel = await openChannel();
process.on('message', (traffic: Traffic) => {
  send(traffic).then(
    (sent) => process.send?.(sent),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
process.send?.('ready');

async function openChannel(): Promise<Channel> {
  const connection = await connect(url, { noDelay: true, clientProperties: { connection_name: 'nova-bench:1:1' } });
  const opened = await connection.createChannel();
  await opened.assertExchange(EXCHANGE, 'topic', { durable: true });
  for (const queue of [TOPIC, REPLY_QUEUE]) {
    await opened.assertQueue(queue, { durable: false, autoDelete: true, exclusive: queue === REPLY_QUEUE });
    await opened.consume(queue, () => {}, { noAck: true });
  }
  await opened.bindQueue(TOPIC, EXCHANGE, TOPIC);
  return opened;
}

async function send(traffic: Traffic): Promise<Sent> {
  const total = traffic.requests * traffic.messages;
  const sentMs: number[] = [];
  const beganMs = performance.now();
  while (sentMs.length < total) {
    const elapsed = (performance.now() - beganMs) / 1_000;
    const due = traffic.perSecond === 0 ? total : Math.min(total, Math.floor(elapsed * traffic.perSecond));
    let hasRoom = true;
    for (const end = Math.min(due, sentMs.length + CHUNK); sentMs.length < end; ) {
      const { exchange, routingKey, body } = messageOf(sentMs.length, traffic);
      sentMs.push(performance.timeOrigin + performance.now());
      hasRoom = channel.publish(exchange, routingKey, body, { contentType: 'application/json', headers: {} });
    }
    if (!hasRoom) await new Promise((resolve) => channel.once('drain', resolve));
    else await new Promise((resolve) => setTimeout(resolve, sentMs.length < due ? 0 : TICK_MS));
  }
  await channel.checkQueue(TOPIC); // what was sent before it is with the broker
  return { sentMs };
}
