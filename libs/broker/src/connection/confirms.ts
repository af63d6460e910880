import type { FrameWriter } from '../codec/frame-writer.ts';
import { methods } from '../codec/methods.ts';

const multiple = 1;

/** Publisher confirms of one channel. What was confirmed in one turn is told in one frame where it can be. */
export class Confirms {
  #published = 0;
  #told = 0;
  #confirmed = 0;

  /** The number of the message that is being published, from 1. */
  next(): number {
    this.#published += 1;
    return this.#published;
  }

  /** Message `tag` is safe with the broker. Messages are confirmed in the order of their tags. */
  confirm(tag: number): void {
    this.#confirmed = tag;
  }

  /** Message `tag` was refused: told at once, after those before it. */
  refuse(tag: number, channel: number, writer: FrameWriter): void {
    this.flush(channel, writer);
    writer.tagged(channel, methods.basicNack, tag, 0);
    this.#told = tag;
    this.#confirmed = tag;
  }

  flush(channel: number, writer: FrameWriter): void {
    if (this.#confirmed === this.#told) return;
    writer.tagged(channel, methods.basicAck, this.#confirmed, this.#confirmed - this.#told > 1 ? multiple : 0);
    this.#told = this.#confirmed;
  }
}
