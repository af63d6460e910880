import { AmqpError } from '../codec/amqp-error.ts';
import type { Entry } from '../vhost/entry.ts';
import type { Queue } from '../vhost/queue.ts';
import type { ChannelConsumer } from './channel-consumer.ts';

/** A message that was handed to the client and not yet answered for. */
export interface Delivered {
  readonly queue: Queue;
  readonly entry: Entry;
  /** Undefined for what basic.get took. */
  readonly consumer: ChannelConsumer | undefined;
}

/** The unanswered deliveries of one channel, by delivery tag in ascending order. */
export class Unacked {
  readonly #byTag = new Map<number, Delivered>();

  get size(): number {
    return this.#byTag.size;
  }

  add(tag: number, delivered: Delivered): void {
    this.#byTag.set(tag, delivered);
  }

  /**
   * Takes out what an answer is about: one, or all up to `tag`; tag 0 with `isMultiple` is all there are.
   *
   * @throws {AmqpError} 406 for a tag that is not waiting
   */
  take(tag: number, isMultiple: boolean): readonly Delivered[] {
    const one = this.#byTag.get(tag);
    if (!isMultiple) {
      if (one === undefined) throw unknownTag(tag);
      this.#byTag.delete(tag);
      return [one];
    }
    if (tag === 0) return this.takeAll();
    if (one === undefined) throw unknownTag(tag);
    const taken: Delivered[] = [];
    for (const [waiting, delivered] of this.#byTag) {
      if (waiting > tag) break;
      taken.push(delivered);
      this.#byTag.delete(waiting);
    }
    return taken;
  }

  takeAll(): readonly Delivered[] {
    const all = [...this.#byTag.values()];
    this.#byTag.clear();
    return all;
  }
}

function unknownTag(tag: number): AmqpError {
  return new AmqpError(406, `unknown delivery tag ${tag}`);
}

/** Gives messages back to their queues, each queue's in one go so that their order is kept. */
export function giveBack(all: readonly Delivered[]): void {
  const byQueue = new Map<Queue, Entry[]>();
  for (const { queue, entry, consumer } of all) {
    consumer?.settled();
    const entries = byQueue.get(queue);
    if (entries === undefined) byQueue.set(queue, [entry]);
    else entries.push(entry);
  }
  for (const [queue, entries] of byQueue) queue.giveBack(entries);
}
