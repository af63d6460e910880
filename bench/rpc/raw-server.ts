// biome-ignore lint/correctness/noUndeclaredDependencies: the floor is the package that libs/rpc declares, without libs/rpc
import { type ConsumeMessage, connect } from 'amqplib';
import { topic } from './protocol.ts';
import { Arrivals, runServer } from './subject-main.ts';

// The other side of raw-client.ts. Several servers: a fanout queue each, on the one channel.
const [url = '', count = '1'] = process.argv.slice(2);
const connection = await connect(url, { noDelay: true });
const channel = await connection.createChannel();
const arrivals = new Arrivals();

function serve(message: ConsumeMessage | null): void {
  if (message === null) return;
  const { method, args } = JSON.parse(message.content.toString()) as { method: string; args: { value: unknown } };
  if (method === 'take') arrivals.add();
  const { replyTo, correlationId } = message.properties;
  if (replyTo === undefined) return;
  channel.sendToQueue(String(replyTo), Buffer.from(JSON.stringify({ result: args.value })), { correlationId });
}

await channel.assertQueue(topic, { durable: false });
await channel.assertExchange(`${topic}_fanout`, 'fanout', { durable: false });
await channel.consume(topic, serve, { noAck: true });
for (let index = 0; index < Number(count); index += 1) {
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, `${topic}_fanout`, '');
  await channel.consume(queue, serve, { noAck: true });
}
await runServer(arrivals);
await connection.close();
