import { AmqpError } from '../codec/amqp-error.ts';
import { ByteReader } from '../codec/byte-reader.ts';
import { frameTypes } from '../codec/frame-reader.ts';
import { methods } from '../codec/methods.ts';
import { handleBasic } from './basic-methods.ts';
import type { Channel } from './channel.ts';
import { Confirms } from './confirms.ts';
import { readPublish } from './content.ts';
import { publish } from './publisher.ts';
import { handleTopology } from './topology-methods.ts';

const txClass = methods.txSelect >>> 16;

/** What a channel does on a frame: a method, or a part of the message that a basic.publish announced. @throws {AmqpError} */
export function handleFrame(channel: Channel, type: number, payload: Buffer): void {
  if (type === frameTypes.method) {
    const method = payload.length >= 4 ? payload.readUInt32BE(0) : 0;
    if (channel.isClosing) {
      onClosing(channel, method);
      return;
    }
    if (channel.incoming !== undefined) channel.incoming.refuseMethod();
    onMethod(channel, method, payload);
  } else if (channel.isClosing) return;
  else if (channel.incoming === undefined) {
    throw new AmqpError(505, 'expected method frame, got non method frame instead');
  } else if (type === frameTypes.header) channel.incoming.onHeader(payload);
  else if (type === frameTypes.body) channel.incoming.onBody(payload);
  if (channel.incoming?.isComplete === true) {
    const complete = channel.incoming;
    channel.incoming = undefined;
    publish(channel, complete);
  }
}

function onClosing(channel: Channel, method: number): void {
  if (method === methods.channelCloseOk) channel.session.forget(channel);
  else if (method === methods.channelClose) channel.send(methods.channelCloseOk);
}

function onMethod(channel: Channel, method: number, payload: Buffer): void {
  switch (method) {
    case methods.basicPublish:
      channel.incoming = readPublish(payload);
      return;
    case methods.channelOpen:
      throw new AmqpError(504, "second 'channel.open' seen");
    case methods.channelClose:
      channel.close();
      channel.send(methods.channelCloseOk);
      channel.session.forget(channel);
      return;
    case methods.channelFlow:
      if (payload[4] === 0) throw new AmqpError(540, 'active=false');
      channel.send(methods.channelFlowOk, Buffer.of(1));
      return;
    case methods.confirmSelect:
      channel.confirms ??= new Confirms();
      if (payload[4] === 0) channel.send(methods.confirmSelectOk);
      return;
  }
  const reader = new ByteReader(payload, 4);
  if (handleBasic(channel, method, reader)) return;
  // What is declared lives longer than the chunk that brought it: read from a copy.
  if (handleTopology(channel, method, new ByteReader(Buffer.from(payload), 4))) return;
  if (method >>> 16 === txClass) throw new AmqpError(540, 'transactions are not available on this broker');
  throw new AmqpError(503, 'unimplemented method');
}
