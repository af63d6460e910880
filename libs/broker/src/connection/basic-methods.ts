import { randomBytes } from 'node:crypto';
import { AmqpError } from '../codec/amqp-error.ts';
import type { ByteReader } from '../codec/byte-reader.ts';
import { ByteWriter } from '../codec/byte-writer.ts';
import { asInteger } from '../codec/field-table.ts';
import { methods } from '../codec/methods.ts';
import { traceDelivery } from '../firehose.ts';
import type { Queue } from '../vhost/queue.ts';
import type { Channel } from './channel.ts';
import { ChannelConsumer } from './channel-consumer.ts';
import { withDeliveryCount } from './delivery-count.ts';
import { replyQueue } from './direct-replies.ts';
import { queueNameOf } from './topology-methods.ts';
import { type Delivered, giveBack } from './unacked.ts';

/** basic.* but for basic.publish; false for any other method. @throws {AmqpError} */
export function handleBasic(channel: Channel, method: number, args: ByteReader): boolean {
  switch (method) {
    case methods.basicAck:
      onAck(channel, args.u64(), (args.u8() & 1) !== 0);
      return true;
    case methods.basicNack: {
      const tag = args.u64();
      const bits = args.u8();
      onRefuse(channel, channel.unacked.take(tag, (bits & 1) !== 0), (bits & 2) !== 0);
      return true;
    }
    case methods.basicReject: {
      const tag = args.u64();
      onRefuse(channel, channel.unacked.take(tag, false), args.u8() !== 0);
      return true;
    }
    case methods.basicConsume:
      onConsume(channel, args);
      return true;
    case methods.basicCancel:
      onCancel(channel, args);
      return true;
    case methods.basicGet:
      onGet(channel, args);
      return true;
    case methods.basicQos:
      onQos(channel, args);
      return true;
    case methods.basicRecover:
    case methods.basicRecoverAsync:
      if (args.u8() === 0) throw new AmqpError(540, 'requeue=false');
      giveBack(channel.unacked.takeAll());
      if (method === methods.basicRecover) channel.send(methods.basicRecoverOk);
      return true;
    default:
      return false;
  }
}

function onAck(channel: Channel, tag: number, isMultiple: boolean): void {
  const settled = channel.unacked.take(tag, isMultiple);
  for (const { queue, consumer } of settled) {
    queue.settle();
    consumer?.settled();
  }
  offerAgain(channel, settled);
}

function onRefuse(channel: Channel, refused: readonly Delivered[], isRequeued: boolean): void {
  if (isRequeued) giveBack(refused);
  else {
    for (const { queue, entry, consumer } of refused) {
      consumer?.settled();
      queue.refuse(entry);
    }
  }
  offerAgain(channel, refused);
}

/** There is room for more: in these queues, or with a limit over the whole channel in all its queues. */
function offerAgain(channel: Channel, settled: readonly Delivered[]): void {
  if (channel.globalPrefetch > 0) {
    for (const consumer of channel.consumers.values()) consumer.queue.dispatch();
    return;
  }
  let last: Queue | undefined;
  for (const { queue } of settled) {
    if (queue !== last) queue.dispatch();
    last = queue;
  }
}

function onQos(channel: Channel, args: ByteReader): void {
  const size = args.u32();
  const count = args.u16();
  const isGlobal = args.u8() !== 0;
  if (size !== 0) throw new AmqpError(540, `prefetch_size!=0 (${size})`);
  if (isGlobal) {
    channel.globalPrefetch = count;
    offerAgain(channel, []);
  } else channel.consumerPrefetch = count;
  channel.send(methods.basicQosOk);
}

function onConsume(channel: Channel, args: ByteReader): void {
  args.u16();
  const asked = args.shortText();
  const askedTag = args.shortText();
  const bits = args.u8();
  const table = args.table();
  const isNoAck = (bits & 2) !== 0;
  const isExclusive = (bits & 4) !== 0;
  const isNoWait = (bits & 8) !== 0;
  if (askedTag !== '' && channel.consumers.has(askedTag)) {
    throw new AmqpError(530, `attempt to reuse consumer tag '${askedTag}'`);
  }
  const tag = askedTag === '' ? `amq.ctag-${randomBytes(16).toString('base64url')}` : askedTag;
  const answer = new ByteWriter().shortText(tag).done();
  if (asked === replyQueue) {
    if (channel.replyAddress !== undefined) throw new AmqpError(406, 'reply consumer already set');
    if (!isNoAck) throw new AmqpError(406, 'reply consumer cannot acknowledge');
    channel.session.replies.add(channel, answer);
    if (!isNoWait) channel.send(methods.basicConsumeOk, answer);
    return;
  }
  const queue = channel.vhost.queue(queueNameOf(channel, asked), channel.session);
  assertMayConsume(channel, queue, isExclusive);
  const consumer = new ChannelConsumer(channel, {
    tag,
    queue,
    isNoAck,
    isExclusive,
    priority: asInteger(table.get('x-priority')) ?? 0,
    prefetch: channel.consumerPrefetch,
  });
  channel.consumers.set(tag, consumer);
  if (!isNoWait) channel.send(methods.basicConsumeOk, answer);
  queue.addConsumer(consumer);
}

function assertMayConsume(channel: Channel, queue: Queue, isExclusive: boolean): void {
  const { consumers } = queue;
  if (consumers.length > 0 && (isExclusive || consumers.some((other) => other.isExclusive))) {
    throw new AmqpError(403, `queue '${queue.name}' in vhost '${channel.vhost.name}' in exclusive use`);
  }
}

function onCancel(channel: Channel, args: ByteReader): void {
  const tag = args.shortText();
  const isNoWait = args.u8() !== 0;
  const consumer = channel.consumers.get(tag);
  const answer = new ByteWriter().shortText(tag).done();
  if (consumer !== undefined) {
    channel.consumers.delete(tag);
    if (!isNoWait) channel.send(methods.basicCancelOk, answer);
    consumer.queue.removeConsumer(consumer);
    return;
  }
  if (channel.replyTag?.equals(answer) === true) channel.session.replies.delete(channel);
  if (!isNoWait) channel.send(methods.basicCancelOk, answer);
}

function onGet(channel: Channel, args: ByteReader): void {
  args.u16();
  const name = queueNameOf(channel, args.shortText());
  const isNoAck = args.u8() !== 0;
  const queue = channel.vhost.queue(name, channel.session);
  const entry = queue.take();
  if (entry === undefined) {
    channel.send(methods.basicGetEmpty, Buffer.of(0));
    return;
  }
  const tag = channel.nextTag();
  const message = withDeliveryCount(queue, entry);
  if (isNoAck) queue.settle();
  else channel.unacked.add(tag, { queue, entry, consumer: undefined });
  const answer = new ByteWriter()
    .u64(tag)
    .u8(entry.isRedelivered ? 1 : 0)
    .raw(message.address)
    .u32(queue.depth);
  channel.send(methods.basicGetOk, answer.done());
  channel.session.writer.content(channel.number, message.header, message.body);
  if (channel.vhost.isTracing) traceDelivery(channel, queue, message, entry.isRedelivered);
}
