// biome-ignore lint/correctness/noUndeclaredDependencies: the floor is the package that libs/rpc declares, without libs/rpc
import { connect } from 'amqplib';
import { topic } from './protocol.ts';
import { runClient } from './subject-main.ts';

// The floor: what one writes by hand with amqplib when nothing may be slow. No envelope, no acknowledgement, calls without
// confirm, matched by correlation id; casts on a channel with confirms.
const [url = ''] = process.argv.slice(2);
// Without noDelay a 10 kB call takes 44 ms.
const connection = await connect(url, { noDelay: true });
const channel = await connection.createChannel();
const confirming = await connection.createConfirmChannel();
const waiting = new Map<string, (result: unknown) => void>();
const { queue: replyTo } = await channel.assertQueue('', { exclusive: true });
await channel.consume(
  replyTo,
  (message) => {
    if (message === null) return;
    const id = String(message.properties.correlationId);
    const resolve = waiting.get(id);
    waiting.delete(id);
    resolve?.((JSON.parse(message.content.toString()) as { result: unknown }).result);
  },
  { noAck: true },
);

const take = (value?: string) => Buffer.from(JSON.stringify({ method: 'take', args: { value } }));
let last = 0;
await runClient({
  call(value) {
    last += 1;
    const correlationId = String(last);
    return new Promise((resolve) => {
      waiting.set(correlationId, resolve);
      const body = Buffer.from(JSON.stringify({ method: 'echo', args: { value } }));
      channel.sendToQueue(topic, body, { correlationId, replyTo });
    });
  },
  cast: (value) =>
    new Promise<void>((resolve, reject) => {
      confirming.sendToQueue(topic, take(value), {}, (error) => (error === null ? resolve() : reject(error)));
    }),
  fanout: () =>
    new Promise<void>((resolve, reject) => {
      const confirmed = (error: unknown) => (error === null ? resolve() : reject(error));
      confirming.publish(`${topic}_fanout`, '', take(), {}, confirmed);
    }),
});
await connection.close();
