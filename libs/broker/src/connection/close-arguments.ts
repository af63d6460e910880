import type { AmqpError } from '../codec/amqp-error.ts';
import { ByteWriter } from '../codec/byte-writer.ts';

/** Of connection.close and channel.close alike: why, and by which method; 0 is none. */
export function closeArguments({ code, message }: AmqpError, method: number): Buffer {
  return new ByteWriter()
    .u16(code)
    .shortText(message)
    .u16(method >>> 16)
    .u16(method & 0xffff)
    .done();
}
