import { AmqpError } from '../codec/amqp-error.ts';
import type { ByteReader } from '../codec/byte-reader.ts';
import { ByteWriter } from '../codec/byte-writer.ts';
import { methods } from '../codec/methods.ts';
import {
  bindQueue,
  changeExchangeBinding,
  declareExchange,
  declareQueue,
  deleteExchange,
  deleteQueue,
  unbindQueue,
} from '../vhost/topology-commands.ts';
import type { Channel } from './channel.ts';
import { replyAddressPrefix, replyQueue } from './direct-replies.ts';

/** exchange.* and queue.*; false for any other method. @throws {AmqpError} */
export function handleTopology(channel: Channel, method: number, args: ByteReader): boolean {
  const handler = handlers.get(method);
  if (handler === undefined) return false;
  handler(channel, args);
  return true;
}

type Handler = (channel: Channel, args: ByteReader) => void;

const handlers: ReadonlyMap<number, Handler> = new Map([
  [methods.exchangeDeclare, onExchangeDeclare],
  [methods.exchangeDelete, onExchangeDelete],
  [methods.exchangeBind, onExchangeBind],
  [methods.exchangeUnbind, onExchangeUnbind],
  [methods.queueDeclare, onQueueDeclare],
  [methods.queueBind, onQueueBind],
  [methods.queueUnbind, onQueueUnbind],
  [methods.queuePurge, onQueuePurge],
  [methods.queueDelete, onQueueDelete],
]);

/** An empty name stands for the queue that this channel declared last. @throws {AmqpError} 404 when there is none */
export function queueNameOf(channel: Channel, name: string): string {
  if (name !== '') return name;
  if (channel.lastQueue === undefined) throw new AmqpError(404, 'no previously declared queue');
  return channel.lastQueue;
}

function onExchangeDeclare(channel: Channel, args: ByteReader): void {
  args.u16();
  const name = withoutLineBreaks(args.shortText());
  const type = args.shortText();
  const bits = args.u8();
  declareExchange(channel.vhost, {
    name,
    type,
    isPassive: (bits & 1) !== 0,
    isDurable: (bits & 2) !== 0,
    isAutoDelete: (bits & 4) !== 0,
    isInternal: (bits & 8) !== 0,
    args: args.table(),
  });
  if ((bits & 16) === 0) channel.send(methods.exchangeDeclareOk);
}

function onExchangeDelete(channel: Channel, args: ByteReader): void {
  args.u16();
  const name = args.shortText();
  const bits = args.u8();
  deleteExchange(channel.vhost, name, (bits & 1) !== 0);
  if ((bits & 2) === 0) channel.send(methods.exchangeDeleteOk);
}

function changeBinding(channel: Channel, args: ByteReader, change: 'bind' | 'unbind', answer: number): void {
  args.u16();
  const destination = args.shortText();
  const source = args.shortText();
  const routingKey = args.shortText();
  const isNoWait = args.u8() !== 0;
  changeExchangeBinding(channel.vhost, change, { destination, source, routingKey, args: args.table() });
  if (!isNoWait) channel.send(answer);
}

function onExchangeBind(channel: Channel, args: ByteReader): void {
  changeBinding(channel, args, 'bind', methods.exchangeBindOk);
}

function onExchangeUnbind(channel: Channel, args: ByteReader): void {
  changeBinding(channel, args, 'unbind', methods.exchangeUnbindOk);
}

function onQueueDeclare(channel: Channel, args: ByteReader): void {
  args.u16();
  const asked = withoutLineBreaks(args.shortText());
  const bits = args.u8();
  const table = args.table();
  const isPassive = (bits & 1) !== 0;
  const isNoWait = (bits & 16) !== 0;
  if (asked === replyQueue || asked.startsWith(replyAddressPrefix)) {
    if (asked !== replyQueue && !channel.session.replies.has(asked)) {
      throw new AmqpError(404, `no queue '${asked}' in vhost '${channel.vhost.name}'`);
    }
    if (!isNoWait) channel.send(methods.queueDeclareOk, new ByteWriter().shortText(asked).u32(0).u32(1).done());
    return;
  }
  const queue = declareQueue(
    channel.vhost,
    {
      name: asked,
      isPassive,
      isDurable: (bits & 2) !== 0,
      isExclusive: (bits & 4) !== 0,
      isAutoDelete: (bits & 8) !== 0,
      args: table,
    },
    channel.session,
  );
  channel.lastQueue = queue.name;
  if (isNoWait) return;
  const answer = new ByteWriter().shortText(queue.name).u32(queue.depth).u32(queue.consumers.length);
  channel.send(methods.queueDeclareOk, answer.done());
}

function onQueueBind(channel: Channel, args: ByteReader): void {
  args.u16();
  const asked = args.shortText();
  const exchange = args.shortText();
  const key = args.shortText();
  const isNoWait = args.u8() !== 0;
  const table = args.table();
  const queue = queueNameOf(channel, asked);
  // With neither queue nor key named, the key is the queue's name (AMQP 0-9-1, queue.bind).
  const routingKey = asked === '' && key === '' ? queue : key;
  bindQueue(channel.vhost, { queue, exchange, routingKey, args: table }, channel.session);
  if (!isNoWait) channel.send(methods.queueBindOk);
}

function onQueueUnbind(channel: Channel, args: ByteReader): void {
  args.u16();
  const asked = args.shortText();
  const exchange = args.shortText();
  const key = args.shortText();
  const table = args.table();
  const queue = queueNameOf(channel, asked);
  const routingKey = asked === '' && key === '' ? queue : key;
  unbindQueue(channel.vhost, { queue, exchange, routingKey, args: table }, channel.session);
  channel.send(methods.queueUnbindOk);
}

function onQueuePurge(channel: Channel, args: ByteReader): void {
  args.u16();
  const name = queueNameOf(channel, args.shortText());
  const isNoWait = args.u8() !== 0;
  const count = channel.vhost.queue(name, channel.session).purge();
  if (!isNoWait) channel.send(methods.queuePurgeOk, new ByteWriter().u32(count).done());
}

function onQueueDelete(channel: Channel, args: ByteReader): void {
  args.u16();
  const name = queueNameOf(channel, args.shortText());
  const bits = args.u8();
  const only = { isUnused: (bits & 1) !== 0, isEmpty: (bits & 2) !== 0 };
  const count = deleteQueue(channel.vhost, name, only, channel.session);
  if ((bits & 4) === 0) channel.send(methods.queueDeleteOk, new ByteWriter().u32(count).done());
}

/** RabbitMQ takes line breaks out of the names it declares (rabbit_channel:strip_cr_lf). */
function withoutLineBreaks(name: string): string {
  return name.replaceAll(/[\r\n]/g, '');
}
