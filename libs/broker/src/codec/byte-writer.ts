import type { Field } from './field-table.ts';

/** UTF-8 of one UTF-16 code unit. */
const MOST_BYTES_A_UNIT = 3;

/** Builds the arguments of a method or the properties of a message. For what is not on the path of every message. */
export class ByteWriter {
  #bytes: Buffer = Buffer.allocUnsafe(256);
  #at = 0;

  #room(size: number): number {
    const at = this.#at;
    if (at + size > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, at + size));
      this.#bytes.copy(larger, 0, 0, at);
      this.#bytes = larger;
    }
    this.#at = at + size;
    return at;
  }

  u8(value: number): this {
    const at = this.#room(1);
    this.#bytes[at] = value;
    return this;
  }

  u16(value: number): this {
    const at = this.#room(2);
    this.#bytes.writeUInt16BE(value, at);
    return this;
  }

  u32(value: number): this {
    const at = this.#room(4);
    this.#bytes.writeUInt32BE(value, at);
    return this;
  }

  u64(value: number | bigint): this {
    const at = this.#room(8);
    this.#bytes.writeBigUInt64BE(BigInt(value), at);
    return this;
  }

  /** At most 255 bytes; what is longer is cut, as only our own words get here. */
  shortText(value: string): this {
    const at = this.#room(1 + Math.min(value.length * MOST_BYTES_A_UNIT, 255));
    const length = this.#bytes.write(value, at + 1, this.#at - at - 1);
    this.#bytes[at] = length;
    this.#at = at + 1 + length;
    return this;
  }

  longText(value: string | Buffer): this {
    if (typeof value !== 'string') return this.u32(value.length).raw(value);
    const at = this.#room(4 + value.length * MOST_BYTES_A_UNIT);
    const length = this.#bytes.write(value, at + 4);
    this.#bytes.writeUInt32BE(length, at);
    this.#at = at + 4 + length;
    return this;
  }

  raw(bytes: Buffer): this {
    const at = this.#room(bytes.length);
    bytes.copy(this.#bytes, at);
    return this;
  }

  /** `encoded` are fields that were written before; they come first. */
  table(fields: Iterable<readonly [string, Field]>, encoded: readonly Buffer[] = []): this {
    const lengthAt = this.#room(4);
    for (const bytes of encoded) this.raw(bytes);
    this.fields(fields);
    this.#bytes.writeUInt32BE(this.#at - lengthAt - 4, lengthAt);
    return this;
  }

  /** The inside of a table, without its length. */
  fields(fields: Iterable<readonly [string, Field]>): this {
    for (const [name, field] of fields) {
      this.shortText(name);
      this.#field(field);
    }
    return this;
  }

  #field(field: Field): void {
    this.u8(field.type.charCodeAt(0));
    switch (field.type) {
      case 't':
        this.u8(field.value ? 1 : 0);
        break;
      case 'b':
      case 'B':
        this.u8(field.value & 0xff);
        break;
      case 's':
      case 'u':
        this.u16(field.value & 0xffff);
        break;
      case 'I':
      case 'i':
        this.u32(field.value >>> 0);
        break;
      case 'f': {
        const at = this.#room(4);
        this.#bytes.writeFloatBE(field.value, at);
        break;
      }
      case 'd': {
        const at = this.#room(8);
        this.#bytes.writeDoubleBE(field.value, at);
        break;
      }
      case 'l':
      case 'T':
        this.u64(BigInt.asUintN(64, BigInt(field.value)));
        break;
      case 'D':
        this.u8(field.value.places).u32(field.value.digits);
        break;
      case 'S':
      case 'x':
        this.longText(field.value);
        break;
      case 'F':
        this.table(field.value);
        break;
      case 'A': {
        const lengthAt = this.#room(4);
        for (const item of field.value) this.#field(item);
        this.#bytes.writeUInt32BE(this.#at - lengthAt - 4, lengthAt);
        break;
      }
      case 'V':
        break;
    }
  }

  /** What was written, as bytes of its own. */
  done(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#at));
  }
}
