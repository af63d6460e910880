import { AmqpError } from '../codec/amqp-error.ts';
import { SyntaxFault } from '../codec/syntax-fault.ts';

/** RabbitMQ's default `max_message_size` up to 3.13, in bytes. */
const maxMessageBytes = 128 * 1024 * 1024;
const basicClass = 60;
const headerHead = 14;

/** A basic.publish whose content is still on its way. */
export class Incoming {
  readonly exchange: string;
  readonly routingKey: string;
  readonly address: Buffer;
  readonly isMandatory: boolean;
  header: Buffer | undefined;
  readonly #parts: Buffer[] = [];
  #missing = 0;

  constructor(exchange: string, routingKey: string, address: Buffer, isMandatory: boolean) {
    this.exchange = exchange;
    this.routingKey = routingKey;
    this.address = address;
    this.isMandatory = isMandatory;
  }

  get isComplete(): boolean {
    return this.header !== undefined && this.#missing === 0;
  }

  /** The body in one piece. */
  get body(): Buffer {
    const [first, second] = this.#parts;
    if (first === undefined) return Buffer.alloc(0);
    return second === undefined ? first : Buffer.concat(this.#parts);
  }

  /** @throws {AmqpError} always: a method came where content must follow */
  refuseMethod(): never {
    throw new AmqpError(
      505,
      this.header === undefined
        ? `expected content header for class ${basicClass}, got non content header frame instead`
        : 'expected content body, got non content body frame instead',
    );
  }

  onHeader(payload: Buffer): void {
    if (this.header !== undefined) this.refuseMethod();
    if (payload.length < headerHead) throw new SyntaxFault('content header ends too early');
    const contentClass = payload.readUInt16BE(0);
    if (contentClass !== basicClass) {
      throw new AmqpError(
        505,
        `expected content header for class ${basicClass}, got one for class ${contentClass} instead`,
      );
    }
    const size = payload.readUInt32BE(4) * 0x1_0000_0000 + payload.readUInt32BE(8);
    if (size > maxMessageBytes) {
      throw new AmqpError(406, `message size ${size} is larger than configured max size ${maxMessageBytes}`);
    }
    this.header = payload;
    this.#missing = size;
  }

  onBody(payload: Buffer): void {
    if (this.header === undefined) this.refuseMethod();
    if (payload.length > this.#missing) throw new AmqpError(505, 'content body is larger than its header said');
    this.#missing -= payload.length;
    this.#parts.push(payload);
  }
}

const mandatoryBit = 1;
const immediateBit = 2;
const fixedHead = 6;

/** @throws {AmqpError} 540 for `immediate`; {@link SyntaxFault} */
export function readPublish(payload: Buffer): Incoming {
  const exchangeSize = payload[fixedHead] ?? 0;
  const keyAt = fixedHead + 1 + exchangeSize;
  const keySize = payload[keyAt] ?? 0;
  const end = keyAt + 1 + keySize;
  const bits = payload[end];
  if (bits === undefined) throw new SyntaxFault('basic.publish ends too early');
  if ((bits & immediateBit) !== 0) throw new AmqpError(540, 'immediate=true');
  return new Incoming(
    payload.toString('utf8', fixedHead + 1, keyAt),
    payload.toString('utf8', keyAt + 1, end),
    payload.subarray(fixedHead, end),
    (bits & mandatoryBit) !== 0,
  );
}
