import { timingSafeEqual } from 'node:crypto';
import { AmqpError } from '../codec/amqp-error.ts';
import type { ByteReader } from '../codec/byte-reader.ts';
import { ByteWriter } from '../codec/byte-writer.ts';
import {
  asText,
  bool,
  emptyTable,
  type FieldTable,
  type PlainValue,
  plain,
  readTable,
  table,
  text,
} from '../codec/field-table.ts';

/** Who is at the other end. */
export interface Client {
  readonly user: string;
  /** As it named itself in start-ok. */
  readonly properties: { readonly [key: string]: PlainValue };
  /** Wants to be told when a queue it consumes from is deleted. */
  readonly canBeCancelled: boolean;
  /** Wants to be told when it is throttled. */
  readonly canBeBlocked: boolean;
  /** Understands connection.close as the answer to a wrong password. */
  readonly canBeRefused: boolean;
}

export const nobody: Client = {
  user: '',
  properties: {},
  canBeCancelled: false,
  canBeBlocked: false,
  canBeRefused: false,
};

/** The first four octets, then major, minor and revision of the protocol. */
export const protocolHeader = Buffer.from([0x41, 0x4d, 0x51, 0x50, 0, 0, 9, 1]);

const mechanisms = 'AMQPLAIN PLAIN';

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

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

function readCredentials(mechanism: string, response: Buffer): Credentials {
  if (mechanism === 'PLAIN') {
    const [, user = '', password = ''] = response.toString().split('\0');
    return { user, password };
  }
  if (mechanism === 'AMQPLAIN') {
    const fields = readTable(response, 0, response.length);
    return { user: asText(fields.get('LOGIN')) ?? '', password: asText(fields.get('PASSWORD')) ?? '' };
  }
  throw new AmqpError(403, `unsupported authentication mechanism '${mechanism}'`);
}

/** @throws {AmqpError} 403 */
export function assertKnown(
  users: Readonly<Record<string, string>>,
  { user, password }: Credentials,
  mechanism: string,
): void {
  const expected = Object.hasOwn(users, user) ? users[user] : undefined;
  if (expected !== undefined && isSame(expected, password)) return;
  throw new AmqpError(
    403,
    `Login was refused using authentication mechanism ${mechanism}. For details see the broker logfile.`,
  );
}

function isSame(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
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
