import { emptyTable, type Field, int, table, text, texts } from './codec/field-table.ts';
import { type Properties, propertyOrder, writeProperties } from './codec/properties.ts';
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
  emit(channel, `publish.${message.exchange}`, message, [
    ...description(channel, message, extraKeys),
    ['routed_queues', texts(queues.map((queue) => queue.name))],
  ]);
}

/** Tells the trace exchange of a delivery or a get, in the form of rabbit_trace:tap_out. */
export function traceDelivery(channel: TracedChannel, queue: Queue, message: Message, isRedelivered: boolean): void {
  emit(channel, `deliver.${queue.name}`, message, [
    ...description(channel, message, undefined),
    ['redelivered', int(isRedelivered ? 1 : 0)],
  ]);
}

/** What is traced is not traced again, else one message would go on for ever. */
function emit(
  channel: TracedChannel,
  routingKey: string,
  message: Message,
  headers: readonly (readonly [string, Field])[],
): void {
  if (message.exchange === traceExchange) return;
  const { router } = channel.vhost;
  const header = writeProperties({ headers: new Map(headers) }, message.body.length);
  router.deliver(
    traceExchange,
    new Message({
      exchange: traceExchange,
      routingKey,
      address: encodeAddress(traceExchange, routingKey.slice(0, 255)),
      header,
      body: message.body,
      ttlMs: undefined,
      priority: 0,
    }),
  );
}

function description(
  { number, vhost, session }: TracedChannel,
  message: Message,
  extraKeys: readonly string[] | undefined,
): readonly (readonly [string, Field])[] {
  return [
    ['exchange_name', text(message.exchange)],
    ['routing_keys', texts([message.routingKey, ...(extraKeys ?? [])])],
    ['properties', propertyTable(message.properties)],
    ['node', text(session.nodeName)],
    ['vhost', text(vhost.name)],
    ['connection', text(session.name)],
    ['channel', int(number)],
    ['user', text(session.client.user)],
  ];
}

function propertyTable(properties: Properties): Field {
  const entries: [string, Field][] = [];
  for (const [name, kind, wireName] of propertyOrder) {
    const value = properties[name];
    if (value === undefined) continue;
    if (kind === 'text') entries.push([wireName, text(String(value))]);
    else if (kind !== 'table') entries.push([wireName, int(Number(value))]);
    else entries.push([wireName, { type: 'F', value: properties.headers ?? emptyTable }]);
  }
  return table(entries);
}
