import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import type { Field, FieldTable } from './field-table.ts';
import { SyntaxFault } from './syntax-fault.ts';

/** The properties of a message, decoded. Only made when somebody must look inside; else the bytes travel as they came. */
export interface Properties {
  contentType?: string;
  contentEncoding?: string;
  headers?: FieldTable;
  deliveryMode?: number;
  priority?: number;
  correlationId?: string;
  replyTo?: string;
  expiration?: string;
  messageId?: string;
  timestamp?: number;
  type?: string;
  userId?: string;
  appId?: string;
  clusterId?: string;
}

/** In the order of their flag bits, from the highest. */
export const propertyOrder = [
  ['contentType', 'text', 'content_type'],
  ['contentEncoding', 'text', 'content_encoding'],
  ['headers', 'table', 'headers'],
  ['deliveryMode', 'octet', 'delivery_mode'],
  ['priority', 'octet', 'priority'],
  ['correlationId', 'text', 'correlation_id'],
  ['replyTo', 'text', 'reply_to'],
  ['expiration', 'text', 'expiration'],
  ['messageId', 'text', 'message_id'],
  ['timestamp', 'time', 'timestamp'],
  ['type', 'text', 'type'],
  ['userId', 'text', 'user_id'],
  ['appId', 'text', 'app_id'],
  ['clusterId', 'text', 'cluster_id'],
] as const satisfies readonly (readonly [keyof Properties, 'text' | 'table' | 'octet' | 'time', string])[];

/** Where the flags stand in the payload of a content header frame: after class, weight and body size. */
const flagsAt = 12;

/** @throws {SyntaxFault} when the bytes are no property list. */
export function readProperties(header: Buffer): Properties {
  const reader = new ByteReader(header, flagsAt);
  const flags = reader.u16();
  const found: Record<string, unknown> = {};
  propertyOrder.forEach(([name, kind], index) => {
    if ((flags & (0x8000 >> index)) === 0) return;
    found[name] =
      kind === 'text'
        ? reader.shortText()
        : kind === 'octet'
          ? reader.u8()
          : kind === 'time'
            ? reader.u64()
            : reader.table();
  });
  // Each name was read as the kind the table above gives it.
  return found as Properties;
}

/** A content header payload for a body of `size` bytes. */
export function writeProperties(properties: Properties, size: number): Buffer {
  const writer = new ByteWriter().u16(60).u16(0).u64(size);
  let flags = 0;
  propertyOrder.forEach(([name], index) => {
    if (properties[name] !== undefined) flags |= 0x8000 >> index;
  });
  writer.u16(flags);
  for (const [name, kind] of propertyOrder) {
    const value = properties[name];
    if (value === undefined) continue;
    if (kind === 'text') writer.shortText(value as string);
    else if (kind === 'octet') writer.u8(value as number);
    else if (kind === 'time') writer.u64(value as number);
    else writer.table(value as FieldTable);
  }
  return writer.done();
}

/** A content header payload with nothing but headers, of which `encoded` are those that were written before. */
export function writeHeaders(
  headers: Iterable<readonly [string, Field]>,
  encoded: readonly Buffer[],
  size: number,
): Buffer {
  return new ByteWriter().u16(60).u16(0).u64(size).u16(HEADERS_FLAG).table(headers, encoded).done();
}

const HEADERS_FLAG = 0x2000;

/**
 * A property list as a table by the properties' names, from one form of bytes to the other: texts as `S`, numbers as `I`, headers as
 * they are.
 */
export function propertiesAsTable(header: Buffer): Buffer {
  const flags = header.readUInt16BE(flagsAt);
  const fields = new ByteWriter();
  let at = flagsAt + 2;
  for (const [index, [, kind, name]] of propertyOrder.entries()) {
    if ((flags & (0x8000 >> index)) === 0) continue;
    fields.shortText(name);
    if (kind === 'text') {
      const end = at + 1 + (header[at] ?? 0);
      fields.u8(LONG_TEXT).longText(header.subarray(at + 1, end));
      at = end;
    } else if (kind === 'table') {
      const end = at + 4 + header.readUInt32BE(at);
      fields.u8(TABLE).raw(header.subarray(at, end));
      at = end;
    } else if (kind === 'octet') {
      fields.u8(INT).u32(header[at] ?? 0);
      at += 1;
    } else {
      fields.u8(INT).u32(header.readUInt32BE(at + 4));
      at += 8;
    }
  }
  return fields.done();
}

const LONG_TEXT = 'S'.charCodeAt(0);
const TABLE = 'F'.charCodeAt(0);
const INT = 'I'.charCodeAt(0);

/** What routing must know of a message, found without decoding it; one object, filled anew by each {@link scanProperties}. */
export interface PropertyScan {
  hasHeaders: boolean;
  expiration: string | undefined;
  replyTo: string | undefined;
  userId: string | undefined;
  priority: number;
}

const scan: PropertyScan = {
  hasHeaders: false,
  expiration: undefined,
  replyTo: undefined,
  userId: undefined,
  priority: 0,
};

/** @throws {SyntaxFault} when the property list does not end where its frame ends. */
export function scanProperties(header: Buffer): PropertyScan {
  const flags = header.readUInt16BE(flagsAt);
  scan.hasHeaders = false;
  scan.expiration = scan.replyTo = scan.userId = undefined;
  scan.priority = 0;
  let at = flagsAt + 2;
  for (let index = 0; index < propertyOrder.length; index += 1) {
    if ((flags & (0x8000 >> index)) === 0) continue;
    if (index === 2) {
      if (at + 4 > header.length) throw new SyntaxFault('property list ends too early');
      const size = header.readUInt32BE(at);
      scan.hasHeaders = size > 0;
      at += 4 + size;
    } else if (index === 3) {
      at += 1;
    } else if (index === 4) {
      scan.priority = header[at] ?? 0;
      at += 1;
    } else if (index === 9) {
      at += 8;
    } else {
      const end = at + 1 + (header[at] ?? 0);
      if (index === 6) scan.replyTo = header.toString('utf8', at + 1, end);
      else if (index === 7) scan.expiration = header.toString('latin1', at + 1, end);
      else if (index === 11) scan.userId = header.toString('utf8', at + 1, end);
      at = end;
    }
  }
  if (at > header.length) throw new SyntaxFault('property list ends too early');
  return scan;
}
