import type { Channel } from 'node:diagnostics_channel';
import type { Compression } from './compression.ts';
import { diagnostics } from './diagnostics.ts';
import type { Publication, PublishOptions } from './driver.ts';
import { encodeMessage } from './envelope.ts';
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
export async function send(transport: Transport, message: OutgoingMessage, sending: Sending): Promise<void> {
  const { driver, interceptors, compression } = transport[core];
  const publish = (): Promise<void> => {
    tell(diagnostics.send, transport, message, sending);
    const publication: Publication = {
      to: sending.to,
      exchange: message.exchange,
      routingKey: message.routingKey,
      body: sending.isBare === true ? Buffer.from(stringifyJson(message.message)) : encodeMessage(message.message),
      headers: message.headers,
      isMandatory: sending.isMandatory,
      expirationMs: sending.expirationMs,
    };
    return driver.publish(compression === undefined ? publication : compressed(publication, compression), sending);
  };
  await (interceptors.length === 0 ? publish() : interceptPublish(interceptors, message, publish));
  tell(diagnostics.publish, transport, message, sending);
}

/** As kombu: the whole body, whatever its size; type and encoding stay (messaging.py, `_prepare`). */
function compressed(publication: Publication, { contentType, compress }: Compression): Publication {
  const headers = { ...publication.headers, compression: contentType };
  return { ...publication, headers, body: compress(publication.body) };
}

function tell(channel: Channel, transport: Transport, message: OutgoingMessage, { context }: Sending): void {
  if (!channel.hasSubscribers) return;
  const { kind, exchange, routingKey, topic, server, method, msgId } = message;
  const args = message.message['args'];
  channel.publish({ transport, kind, exchange, routingKey, topic, server, method, msgId, context, args });
}
