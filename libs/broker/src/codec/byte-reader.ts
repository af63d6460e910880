import { type FieldTable, readTable } from './field-table.ts';
import { SyntaxFault } from './syntax-fault.ts';

/** Reads the arguments of one method frame in order. Every read past the end is a {@link SyntaxFault}. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** Where the next read begins. */
  get at(): number {
    return this.#at;
  }

  #take(size: number): number {
    const at = this.#at;
    if (at + size > this.#bytes.length) throw new SyntaxFault('arguments end too early');
    this.#at = at + size;
    return at;
  }

  u8(): number {
    return this.#bytes[this.#take(1)] as number;
  }

  u16(): number {
    return this.#bytes.readUInt16BE(this.#take(2));
  }

  u32(): number {
    return this.#bytes.readUInt32BE(this.#take(4));
  }

  /** Delivery tags and sizes: exact up to 2^53, which nobody reaches. */
  u64(): number {
    const at = this.#take(8);
    return this.#bytes.readUInt32BE(at) * 0x1_0000_0000 + this.#bytes.readUInt32BE(at + 4);
  }

  shortText(): string {
    const length = this.u8();
    const at = this.#take(length);
    return this.#bytes.toString('utf8', at, at + length);
  }

  longBytes(): Buffer {
    const length = this.u32();
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  table(): FieldTable {
    const length = this.u32();
    const at = this.#take(length);
    return readTable(this.#bytes, at, at + length);
  }
}
