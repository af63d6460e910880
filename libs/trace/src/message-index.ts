import { BoundedMap } from './bounded-map.ts';
import type { Delivery, MessageRecord } from './record.ts';

/** A record, and the flow that it is kept in. */
export interface Place {
  readonly record: MessageRecord;
  flow: string;
  isLoose: boolean;
}

/** Finds what belongs together: a delivery its message, a reply its call; also when the later one was seen first. */
export class MessageIndex {
  readonly #byId = new Map<number, Place>();
  readonly #byKey = new Map<string, Place>();
  readonly #calls = new Map<string, Place>();
  /** Replies and heartbeats whose call was not seen yet. */
  readonly #orphans = new BoundedMap<string, readonly Place[]>(MOST_EARLY);
  /** Deliveries whose message was not seen yet. */
  readonly #early = new BoundedMap<string, readonly Delivery[]>(MOST_EARLY);
  #lastId = 0;

  get size(): number {
    return this.#byId.size;
  }

  byId(id: number): Place | undefined {
    return this.#byId.get(id);
  }

  byKey(key: string): Place | undefined {
    return this.#byKey.get(key);
  }

  call(msgId: string | undefined): Place | undefined {
    return msgId === undefined ? undefined : this.#calls.get(msgId);
  }

  /** The tap's number, unless another tap's message has it already. */
  idFor(seq: number): number {
    const id = Number.isSafeInteger(seq) && !this.#byId.has(seq) ? seq : this.#lastId + 1;
    this.#lastId = Math.max(this.#lastId, id);
    return id;
  }

  put(place: Place): void {
    const { id, key, facts } = place.record;
    this.#byId.set(id, place);
    this.#byKey.set(key, place);
    if (facts.msg_id === undefined) return;
    if (facts.kind === 'call') this.#calls.set(facts.msg_id, place);
    else if (!this.#calls.has(facts.msg_id)) {
      this.#orphans.set(facts.msg_id, [...(this.#orphans.get(facts.msg_id) ?? []), place]);
    }
  }

  forget({ id, key, facts }: MessageRecord): void {
    const place = this.#byId.get(id);
    this.#byId.delete(id);
    if (this.#byKey.get(key) === place) this.#byKey.delete(key);
    if (facts.msg_id === undefined) return;
    if (this.#calls.get(facts.msg_id) === place) this.#calls.delete(facts.msg_id);
    this.#orphans.delete(facts.msg_id);
  }

  /** Replies that came before their call; they are given once. */
  takeOrphans(msgId: string): readonly Place[] {
    const orphans = this.#orphans.get(msgId) ?? [];
    this.#orphans.delete(msgId);
    return orphans;
  }

  keepEarly(key: string, delivery: Delivery): void {
    this.#early.set(key, [...(this.#early.get(key) ?? []), delivery].slice(-MOST_COPIES));
  }

  /** Deliveries that came before their message; they are given once. */
  takeEarly(key: string): readonly Delivery[] {
    const early = this.#early.get(key) ?? [];
    this.#early.delete(key);
    return early;
  }
}

const MOST_EARLY = 10_000;
const MOST_COPIES = 1_000;
