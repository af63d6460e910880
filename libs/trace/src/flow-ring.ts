import type { MessageRecord } from './record.ts';

/** The messages of one request, as they are kept. */
export interface StoredFlow {
  readonly id: string;
  /** No request id: it is here only for want of one, and goes first. */
  readonly isLoose: boolean;
  readonly records: MessageRecord[];
  started_at_ms: number;
  last_at_ms: number;
  bytes: number;
  isPartial: boolean;
}

/** Keeps flows within a budget of bytes: the one that was silent longest goes first, loose ones before others. */
export class FlowRing {
  readonly #budget: number;
  readonly #onForget: (record: MessageRecord) => void;
  /** Both in the order of the last message. */
  readonly #flows = new Map<string, StoredFlow>();
  readonly #loose = new Map<string, StoredFlow>();
  /** Ids of flows that were forgotten last: one that goes on is partial from its start. */
  readonly #gone = new Set<string>();
  #bytes = 0;
  #looseBytes = 0;
  #forgotten = 0;

  constructor(budgetBytes: number, onForget: (record: MessageRecord) => void) {
    this.#budget = budgetBytes;
    this.#onForget = onForget;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get count(): number {
    return this.#flows.size + this.#loose.size;
  }

  /** Flows that were forgotten, whole. */
  get forgotten(): number {
    return this.#forgotten;
  }

  get(id: string): StoredFlow | undefined {
    return this.#flows.get(id) ?? this.#loose.get(id);
  }

  /** Newest first. */
  newestFirst(): readonly StoredFlow[] {
    return [...this.#flows.values(), ...this.#loose.values()].sort((a, b) => b.started_at_ms - a.started_at_ms);
  }

  /** Puts a message in its flow. Says which flows were forgotten for it. */
  put(id: string, record: MessageRecord, isLoose: boolean): readonly string[] {
    const flow = this.get(id) ?? this.#open(id, record, isLoose);
    flow.records.push(record);
    this.#count(flow, record.kept_bytes);
    this.#touch(flow, record.published.at_ms);
    if (flow.bytes > this.#budget * LARGEST_SHARE && flow.records.length > 1) this.#halve(flow);
    return this.#keepWithin(flow);
  }

  /** More is kept of a message than before. */
  grow(id: string, record: MessageRecord, bytes: number, at_ms: number): void {
    const flow = this.get(id);
    if (flow === undefined) return;
    record.kept_bytes += bytes;
    this.#count(flow, bytes);
    this.#touch(flow, at_ms);
  }

  /** Takes a message out again; its flow goes with the last one. */
  take(id: string, record: MessageRecord): void {
    const flow = this.get(id);
    const at = flow?.records.indexOf(record) ?? -1;
    if (flow === undefined || at === -1) return;
    flow.records.splice(at, 1);
    this.#count(flow, -record.kept_bytes);
    if (flow.records.length === 0) this.#drop(flow);
  }

  #open(id: string, record: MessageRecord, isLoose: boolean): StoredFlow {
    const at = record.published.at_ms;
    const isPartial = this.#gone.delete(id);
    const flow = { id, isLoose, records: [], started_at_ms: at, last_at_ms: at, bytes: 0, isPartial };
    this.#mapOf(flow).set(id, flow);
    this.#count(flow, FLOW_BYTES);
    return flow;
  }

  #touch(flow: StoredFlow, at_ms: number): void {
    flow.started_at_ms = Math.min(flow.started_at_ms, at_ms);
    flow.last_at_ms = Math.max(flow.last_at_ms, at_ms);
    const map = this.#mapOf(flow);
    map.delete(flow.id);
    map.set(flow.id, flow);
  }

  #keepWithin(newest: StoredFlow): readonly string[] {
    const forgotten: string[] = [];
    while (this.#bytes > this.#budget) {
      const oldest = this.#oldest();
      if (oldest === undefined || oldest === newest) break;
      this.#forget(oldest);
      forgotten.push(oldest.id);
    }
    return forgotten;
  }

  #oldest(): StoredFlow | undefined {
    const looseFirst = this.#looseBytes > this.#budget * LOOSE_SHARE || this.#flows.size <= 1;
    const [first] = looseFirst && this.#loose.size > 0 ? this.#loose.values() : this.#flows.values();
    return first;
  }

  #forget(flow: StoredFlow): void {
    for (const record of flow.records) this.#onForget(record);
    this.#drop(flow);
    this.#forgotten++;
    if (flow.isLoose) return;
    this.#gone.add(flow.id);
    if (this.#gone.size > REMEMBERED_IDS) this.#gone.delete(first(this.#gone));
  }

  #halve(flow: StoredFlow): void {
    const gone = flow.records.splice(0, flow.records.length >> 1);
    flow.isPartial = true;
    for (const record of gone) {
      this.#onForget(record);
      this.#count(flow, -record.kept_bytes);
    }
  }

  #drop(flow: StoredFlow): void {
    this.#count(flow, -flow.bytes);
    this.#mapOf(flow).delete(flow.id);
  }

  #count(flow: StoredFlow, bytes: number): void {
    flow.bytes += bytes;
    this.#bytes += bytes;
    if (flow.isLoose) this.#looseBytes += bytes;
  }

  #mapOf({ isLoose }: Pick<StoredFlow, 'isLoose'>): Map<string, StoredFlow> {
    return isLoose ? this.#loose : this.#flows;
  }
}

const FLOW_BYTES = 400;
/** No flow may take more than this part of the budget. */
const LARGEST_SHARE = 0.25;
const LOOSE_SHARE = 0.25;
const REMEMBERED_IDS = 2_000;

function first<T>(values: Iterable<T>): T {
  for (const value of values) return value;
  throw new RangeError('nothing is first of nothing');
}
