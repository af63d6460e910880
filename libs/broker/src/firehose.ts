import { ByteWriter } from './codec/byte-writer.ts';
import { type Field, int, text, texts } from './codec/field-table.ts';
import { propertiesAsTable, writeHeaders } from './codec/properties.ts';
import { encodeAddress, Message } from './vhost/message.ts';
import type { Queue } from './vhost/queue.ts';
import { traceExchange, type VirtualHost } from './vhost/virtual-host.ts';

/** The channel that a message came or went by, as the firehose names it. */
export interface TracedChannel {
  readonly number: number;
  readonly vhost: VirtualHost;
  readonly session: { readonly name: string; readonly nodeName: string; readonly client: { readonly user: string } };
}

/** Tells the trace exchange of a publish, in the form of rabbit_trace:tap_in. */
export function tracePublish(
  channel: TracedChannel,
  message: Message,
  queues: readonly Queue[],
  extraKeys: readonly string[] | undefined,
): void {
  const said = extraKeys === undefined ? describedMessage(message) : describe(message, extraKeys);
  emit(channel, `publish.${message.exchange}`, message, said, [
    'routed_queues',
    texts(queues.map((queue) => queue.name)),
  ]);
}

/** Tells the trace exchange of a delivery or a get, in the form of rabbit_trace:tap_out. */
export function traceDelivery(channel: TracedChannel, queue: Queue, message: Message, isRedelivered: boolean): void {
  emit(channel, `deliver.${queue.name}`, message, describedMessage(message), [
    'redelivered',
    int(isRedelivered ? 1 : 0),
  ]);
}

/** What is traced is not traced again, else one message would go on for ever. */
function emit(
  channel: TracedChannel,
  routingKey: string,
  message: Message,
  said: Buffer,
  last: readonly [string, Field],
): void {
  if (message.exchange === traceExchange) return;
  channel.vhost.router.deliver(
    traceExchange,
    new Message({
      exchange: traceExchange,
      routingKey,
      address: encodeAddress(traceExchange, routingKey.slice(0, 255)),
      header: writeHeaders([last], [said, describedChannel(channel)], message.body.length),
      body: message.body,
      ttlMs: undefined,
      priority: 0,
    }),
  );
}

/** The part of the headers that is the same for a message's publish and all of its deliveries, encoded. */
function describedMessage(message: Message): Buffer {
  message.traced ??= describe(message, []);
  return message.traced;
}

function describe(message: Message, extraKeys: readonly string[]): Buffer {
  return new ByteWriter()
    .fields([
      ['exchange_name', text(message.exchange)],
      ['routing_keys', texts([message.routingKey, ...extraKeys])],
    ])
    .shortText('properties')
    .u8(TABLE)
    .longText(propertiesAsTable(message.header))
    .done();
}

const TABLE = 'F'.charCodeAt(0);

/** The part that is the same for all that a channel does, encoded. */
function describedChannel(channel: TracedChannel): Buffer {
  const known = describedChannels.get(channel);
  if (known !== undefined) return known;
  const { number, vhost, session } = channel;
  const described = new ByteWriter()
    .fields([
      ['node', text(session.nodeName)],
      ['vhost', text(vhost.name)],
      ['connection', text(session.name)],
      ['channel', int(number)],
      ['user', text(session.client.user)],
    ])
    .done();
  describedChannels.set(channel, described);
  return described;
}

const describedChannels = new WeakMap<TracedChannel, Buffer>();
