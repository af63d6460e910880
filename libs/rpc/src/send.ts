import type { Channel } from 'node:diagnostics_channel';
import type { Compression } from './compression.ts';
import { diagnostics } from './diagnostics.ts';
import type { Publication, PublishOptions } from './driver.ts';
import { writeEnvelope } from './envelope.ts';
import { interceptPublish } from './interceptors.ts';
import { stringifyJson } from './json.ts';
import { core, type Transport } from './transport.ts';
import type { OutgoingMessage, RequestContext } from './types.ts';

/** How a message is published, beside what it says. */
export interface Sending extends PublishOptions {
  readonly to: Publication['to'];
  readonly isMandatory: boolean;
  /** Without the envelope: format 1.0. */
  readonly isBare?: boolean;
  readonly expirationMs?: number | undefined;
  readonly context?: RequestContext | undefined;
}

/** Publishes a message through the transport's interceptors; tells `rpc.send` before and `rpc.publish` when it is confirmed. */
export function send(transport: Transport, message: OutgoingMessage, sending: Sending): Promise<void> {
  const { interceptors } = transport[core];
  const sent =
    interceptors.length === 0
      ? publish(transport, message, sending)
      : interceptPublish(interceptors, message, () => publish(transport, message, sending));
  return diagnostics.publish.hasSubscribers
    ? sent.then(() => tell(diagnostics.publish, transport, message, sending))
    : sent;
}

async function publish(transport: Transport, message: OutgoingMessage, sending: Sending): Promise<void> {
  tell(diagnostics.send, transport, message, sending);
  const { driver, compression } = transport[core];
  const publication: Publication = {
    to: sending.to,
    exchange: message.exchange,
    routingKey: message.routingKey,
    body: sending.isBare === true ? stringifyJson(message.message) : writeEnvelope(message.message),
    headers: message.headers,
    isMandatory: sending.isMandatory,
    expirationMs: sending.expirationMs,
  };
  return driver.publish(compression === undefined ? publication : compressed(publication, compression), sending);
}

/** As kombu: the whole body, whatever its size; type and encoding stay (messaging.py, `_prepare`). */
function compressed(publication: Publication, { contentType, compress }: Compression): Publication {
  const headers = { ...publication.headers, compression: contentType };
  return { ...publication, headers, body: compress(Buffer.from(publication.body)) };
}

function tell(channel: Channel, transport: Transport, message: OutgoingMessage, { context }: Sending): void {
  if (!channel.hasSubscribers) return;
  const { kind, exchange, routingKey, topic, server, method, msgId } = message;
  const args = message.message['args'];
  channel.publish({ transport, kind, exchange, routingKey, topic, server, method, msgId, context, args });
}
