import { AmqpError } from '../codec/amqp-error.ts';
import { ByteWriter } from '../codec/byte-writer.ts';
import { type Field, typeNames } from '../codec/field-table.ts';
import { methods } from '../codec/methods.ts';
import { scanProperties } from '../codec/properties.ts';
import { tracePublish } from '../firehose.ts';
import { Message } from '../vhost/message.ts';
import type { Queue } from '../vhost/queue.ts';
import { carbonCopies } from '../vhost/router.ts';
import type { Channel } from './channel.ts';
import type { Incoming } from './content.ts';
import { replyAddressPrefix, replyQueue } from './direct-replies.ts';

const noRoute = 312;

/** Takes a complete message: checks, routes, hands over, then returns or confirms. @throws {AmqpError} 403, 404, 406 */
export function publish(channel: Channel, incoming: Incoming): void {
  const { vhost, session } = channel;
  const exchange = vhost.exchange(incoming.exchange);
  if (exchange.isInternal) {
    throw new AmqpError(403, `cannot publish to internal exchange '${exchange.name}' in vhost '${vhost.name}'`);
  }
  const original = readMessage(incoming);
  const { hasHeaders, replyTo, userId } = scanProperties(original.header);
  if (userId !== undefined && userId !== session.client.user) {
    throw new AmqpError(406, `user_id property set to '${userId}' but authenticated user was '${session.client.user}'`);
  }
  const { message, extraKeys } = hasHeaders ? readCopies(original) : { message: original, extraKeys: undefined };
  const addressed = replyTo === replyQueue ? withReplyAddress(channel, message) : message;
  const tag = channel.confirms?.next();

  let queues: readonly Queue[] = [];
  let isTaken = true;
  let isRouted: boolean;
  if (exchange.name === '' && addressed.routingKey.startsWith(replyAddressPrefix)) {
    isRouted = session.replies.deliver(addressed);
  } else {
    queues = vhost.router.route(exchange, addressed, extraKeys);
    isRouted = queues.length > 0;
    if (vhost.isTracing) tracePublish(channel, addressed, queues, extraKeys);
    for (const queue of queues) isTaken = queue.push(addressed) && isTaken;
  }
  if (!isRouted && incoming.isMandatory) returnMessage(channel, addressed);
  if (tag === undefined) return;
  if (isTaken) channel.confirms?.confirm(tag);
  else channel.confirms?.refuse(tag, channel.number, session.writer);
  session.touchConfirms(channel);
}

function readMessage({ exchange, routingKey, address, header = Buffer.alloc(0), body }: Incoming): Message {
  const { expiration, priority } = scanProperties(header);
  return new Message({ exchange, routingKey, address, header, body, ttlMs: readExpiration(expiration), priority });
}

function readExpiration(expiration: string | undefined): number | undefined {
  if (expiration === undefined) return undefined;
  if (!/^[+-]?\d+$/.test(expiration)) throw new AmqpError(406, `invalid expiration '${expiration}': no_integer`);
  const ttlMs = Number(expiration);
  if (ttlMs < 0) throw new AmqpError(406, `invalid expiration '${expiration}': {value_negative,${ttlMs}}`);
  return ttlMs;
}

/** CC and BCC name further routing keys; BCC is not shown to receivers. */
function readCopies(message: Message): { message: Message; extraKeys: readonly string[] | undefined } {
  // Most messages have neither, and then their headers need not be decoded.
  if (!message.header.includes('CC')) return { message, extraKeys: undefined };
  const cc = message.headers.get('CC');
  const bcc = message.headers.get('BCC');
  if (cc === undefined && bcc === undefined) return { message, extraKeys: undefined };
  const extraKeys = [...copies('CC', cc), ...copies('BCC', bcc)];
  if (bcc === undefined) return { message, extraKeys };
  const headers = new Map(message.headers);
  headers.delete('BCC');
  return { message: message.withProperties({ ...message.properties, headers }), extraKeys };
}

function copies(name: string, field: Field | undefined): readonly string[] {
  if (field === undefined) return [];
  const keys = carbonCopies(field);
  if (keys !== undefined) return keys;
  throw new AmqpError(406, `invalid message: {unacceptable_type_in_header,"${name}",${typeNames[field.type]}}`);
}

function withReplyAddress(channel: Channel, message: Message): Message {
  if (channel.replyAddress === undefined) throw new AmqpError(406, 'fast reply consumer does not exist');
  return message.withProperties({ ...message.properties, replyTo: channel.replyAddress });
}

function returnMessage(channel: Channel, message: Message): void {
  const args = new ByteWriter().u16(noRoute).shortText('NO_ROUTE').raw(message.address);
  channel.send(methods.basicReturn, args.done());
  channel.session.writer.content(channel.number, message.header, message.body);
}
