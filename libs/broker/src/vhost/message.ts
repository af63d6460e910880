import type { FieldTable } from '../codec/field-table.ts';
import { emptyTable } from '../codec/field-table.ts';
import { type Properties, readProperties, writeProperties } from '../codec/properties.ts';

/** Exchange and routing key as two short strings, the form in which basic.publish brings them and basic.deliver takes them. */
export function encodeAddress(exchange: string, routingKey: string): Buffer {
  const size = Buffer.byteLength(exchange);
  const address = Buffer.allocUnsafe(2 + size + Buffer.byteLength(routingKey));
  address[0] = size;
  address.write(exchange, 1);
  address[1 + size] = address.length - 2 - size;
  address.write(routingKey, 2 + size);
  return address;
}

/** A message as it was published. Header and body stay the bytes that came; they are decoded only for who must look inside. */
export class Message {
  readonly exchange: string;
  readonly routingKey: string;
  /** Exchange and routing key, encoded. */
  readonly address: Buffer;
  /** The payload of the content header frame. */
  readonly header: Buffer;
  readonly body: Buffer;
  /** Milliseconds from the moment a queue takes it; undefined: for ever. */
  readonly ttlMs: number | undefined;
  readonly priority: number;
  /** What the firehose says of it, encoded; kept by the firehose once it had to say it. */
  traced: Buffer | undefined;
  #properties: Properties | undefined;

  constructor(fields: {
    exchange: string;
    routingKey: string;
    address: Buffer;
    header: Buffer;
    body: Buffer;
    ttlMs: number | undefined;
    priority: number;
  }) {
    this.exchange = fields.exchange;
    this.routingKey = fields.routingKey;
    this.address = fields.address;
    this.header = fields.header;
    this.body = fields.body;
    this.ttlMs = fields.ttlMs;
    this.priority = fields.priority;
  }

  get properties(): Properties {
    this.#properties ??= readProperties(this.header);
    return this.#properties;
  }

  get headers(): FieldTable {
    return this.properties.headers ?? emptyTable;
  }

  /** The same body under other properties. */
  withProperties(properties: Properties): Message {
    return this.changed({ header: writeProperties(properties, this.body.length) });
  }

  changed(changes: Partial<Pick<Message, 'exchange' | 'routingKey' | 'header' | 'body' | 'ttlMs'>>): Message {
    const exchange = changes.exchange ?? this.exchange;
    const routingKey = changes.routingKey ?? this.routingKey;
    const isMoved = exchange !== this.exchange || routingKey !== this.routingKey;
    return new Message({
      exchange,
      routingKey,
      address: isMoved ? encodeAddress(exchange, routingKey) : this.address,
      header: changes.header ?? this.header,
      body: changes.body ?? this.body,
      ttlMs: 'ttlMs' in changes ? changes.ttlMs : this.ttlMs,
      priority: this.priority,
    });
  }

  /**
   * The same message on bytes of its own when it holds only a small part of a larger buffer: a waiting message of 200 bytes must not keep
   * the 64 KiB alive that came from the socket with it.
   */
  detached(): Message {
    if (this.body.buffer.byteLength <= 2 * this.body.length + 4096) return this;
    const [address, header, body] = [this.address, this.header, this.body];
    const own = Buffer.allocUnsafeSlow(address.length + header.length + body.length);
    address.copy(own, 0);
    header.copy(own, address.length);
    body.copy(own, address.length + header.length);
    return new Message({
      exchange: this.exchange,
      routingKey: this.routingKey,
      address: own.subarray(0, address.length),
      header: own.subarray(address.length, address.length + header.length),
      body: own.subarray(address.length + header.length),
      ttlMs: this.ttlMs,
      priority: this.priority,
    });
  }
}
