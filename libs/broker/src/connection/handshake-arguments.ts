import { AmqpError } from '../codec/amqp-error.ts';
import type { ByteReader } from '../codec/byte-reader.ts';
import { ByteWriter } from '../codec/byte-writer.ts';
import { bool, emptyTable, type FieldTable, plain, table, text } from '../codec/field-table.ts';
import type { Client } from './client.ts';
import { type Credentials, mechanisms, readCredentials } from './credentials.ts';

/** The first four octets, then major, minor and revision of the protocol. */
export const protocolHeader = Buffer.from([0x41, 0x4d, 0x51, 0x50, 0, 0, 9, 1]);

/** What RabbitMQ says it can do; clients read `capabilities` before they use a feature. */
export function startArguments(clusterName: string): Buffer {
  const capabilities = [
    'publisher_confirms',
    'exchange_exchange_bindings',
    'basic.nack',
    'consumer_cancel_notify',
    'connection.blocked',
    'consumer_priorities',
    'authentication_failure_close',
    'per_consumer_qos',
    'direct_reply_to',
  ];
  const properties: FieldTable = new Map([
    ['capabilities', table(capabilities.map((name) => [name, bool(true)] as const))],
    ['cluster_name', text(clusterName)],
    ['copyright', text('novasim authors')],
    ['information', text('Apache-2.0; an embedded broker for one machine')],
    ['platform', text(`Node.js ${process.version}`)],
    ['product', text('novasim broker')],
    ['version', text('0.1.0')],
  ]);
  return new ByteWriter().u8(0).u8(9).table(properties).longText(mechanisms).longText('en_US').done();
}

/** Reads start-ok. @throws {AmqpError} 403 with the text that RabbitMQ gives; the client may not have asked to hear it */
export function readStartOk(args: ByteReader): { client: Client; mechanism: string; credentials: Credentials } {
  const properties = args.table();
  const mechanism = args.shortText();
  const response = args.longBytes();
  const field = properties.get('capabilities');
  const capabilities = field?.type === 'F' ? field.value : emptyTable;
  const can = (name: string) => capabilities.get(name)?.value === true;
  const credentials = readCredentials(mechanism, response);
  return {
    client: {
      user: credentials.user,
      properties: plain(properties),
      canBeCancelled: can('consumer_cancel_notify'),
      canBeBlocked: can('connection.blocked'),
      canBeRefused: can('authentication_failure_close'),
    },
    mechanism,
    credentials,
  };
}

export interface Tuning {
  readonly channelMax: number;
  readonly frameMax: number;
  readonly heartbeatSeconds: number;
}

export function tuneArguments({ channelMax, frameMax, heartbeatSeconds }: Tuning): Buffer {
  return new ByteWriter().u16(channelMax).u32(frameMax).u16(heartbeatSeconds).done();
}

const smallestFrame = 4096;

/** What the client chose. @throws {AmqpError} 530 when it asks for more than was offered */
export function readTuneOk(args: ByteReader, offered: Tuning): Tuning {
  const channelMax = args.u16();
  const frameMax = args.u32();
  const heartbeatSeconds = args.u16();
  if (frameMax !== 0 && frameMax < smallestFrame) {
    throw new AmqpError(
      530,
      `negotiated frame_max = ${frameMax} is lower than the minimum allowed value (${smallestFrame})`,
    );
  }
  assertWithin('frame_max', frameMax, offered.frameMax);
  assertWithin('channel_max', channelMax, offered.channelMax);
  return { channelMax, frameMax, heartbeatSeconds };
}

function assertWithin(name: string, chosen: number, offered: number): void {
  if (offered === 0 || (chosen !== 0 && chosen <= offered)) return;
  throw new AmqpError(
    530,
    chosen === 0
      ? `negotiated ${name} = 0 (no limit) is higher than the maximum allowed value (${offered})`
      : `negotiated ${name} = ${chosen} is higher than the maximum allowed value (${offered})`,
  );
}
