import { BoundedMap } from './bounded-map.ts';
import type { BusEvent, BusStateEvent, DeliveredEvent, GapEvent, PublishedEvent } from './bus-event.ts';
import type { Flow, FlowSummary } from './flow.ts';
import { flowOf } from './flow-of.ts';
import { FlowRing, type StoredFlow } from './flow-ring.ts';
import { readFacts } from './message-facts.ts';
import { sumOf } from './message-key.ts';
import { type MessageView, viewOf } from './message-view.ts';
import { matches, readQuery } from './query.ts';
import { bytesOf, DELIVERY_BYTES, type Delivery, type MessageRecord } from './record.ts';
import { WhoIsWho } from './who-is-who.ts';

export interface TraceOptions {
  /** Memory for messages, in MB; default 64. What is oldest goes first. */
  readonly budgetMb?: number;
}

/** What changed with an event: ids of flows that are new or different, of flows that were forgotten, and whether the bus did. */
export interface TraceChange {
  readonly flows: readonly string[];
  readonly forgotten: readonly string[];
  readonly isState: boolean;
}

export interface FlowsQuery {
  /** Words that must all be found; `key:value` asks one field (see `readQuery`). */
  readonly q?: string;
  readonly limit?: number;
  /** Only flows that began before this. */
  readonly before?: number;
}

export interface TraceUsage {
  readonly budget_bytes: number;
  readonly bytes: number;
  readonly flows: number;
  readonly messages: number;
  readonly forgotten_flows: number;
  /** Messages that were seen since the beginning. */
  readonly seen_messages: number;
}

/** Understands what a tap tells and keeps the latest of it within a budget of memory. Answers depend on `now_ms`: time fails calls. */
export class TraceStore {
  readonly #ring: FlowRing;
  readonly #budgetBytes: number;
  readonly #who = new WhoIsWho();
  readonly #records = new Map<number, Place>();
  readonly #byKey = new Map<string, Place>();
  readonly #calls = new Map<string, Place>();
  /** Replies and heartbeats whose call was not seen yet. */
  readonly #orphans = new BoundedMap<string, readonly Place[]>(MOST_EARLY);
  readonly #early = new BoundedMap<string, readonly Delivery[]>(MOST_EARLY);
  readonly #listeners = new Set<(change: TraceChange) => void>();
  readonly #gaps: GapEvent[] = [];
  #seen = 0;
  #lastId = 0;

  constructor({ budgetMb = DEFAULT_BUDGET_MB }: TraceOptions = {}) {
    this.#budgetBytes = budgetMb * 1024 * 1024;
    this.#ring = new FlowRing(this.#budgetBytes, (record) => this.#forget(record));
  }

  /** Takes what a tap tells, in whatever order; what makes no sense is left alone. */
  add(event: BusEvent): void {
    if (event.event === 'published') this.#published(event);
    else if (event.event === 'delivered') this.#delivered(event);
    else if (event.event === 'state') this.#stated(event);
    else if (event.event === 'gap') this.#gaps.push(event);
  }

  /** The flows that fit, newest first. */
  flows(
    { q = '', limit = 100, before = Infinity }: FlowsQuery = {},
    now_ms: number = Date.now(),
  ): readonly FlowSummary[] {
    const query = readQuery(q);
    const found: FlowSummary[] = [];
    for (const stored of this.#ring.newestFirst()) {
      if (stored.started_at_ms >= before) continue;
      const flow = this.#flowOf(stored, now_ms);
      if (matches(query, flow)) found.push(summaryOf(flow));
      if (found.length >= limit) break;
    }
    return found;
  }

  flow(requestId: string, now_ms: number = Date.now()): Flow | undefined {
    const stored = this.#ring.get(requestId);
    return stored === undefined ? undefined : this.#flowOf(stored, now_ms);
  }

  /** Everything known of one message. */
  message(id: number, now_ms: number = Date.now()): MessageView | undefined {
    const place = this.#records.get(id);
    const stored = place === undefined ? undefined : this.#ring.get(place.flow);
    if (place === undefined || stored === undefined) return undefined;
    return viewOf(place.record, this.#flowOf(stored, now_ms), this.#who);
  }

  /** What the broker said of itself last. */
  state(): BusStateEvent | undefined {
    return this.#who.state;
  }

  /** When the tap lost sight of the bus, the latest last. */
  gaps(): readonly GapEvent[] {
    return this.#gaps;
  }

  usage(): TraceUsage {
    return {
      budget_bytes: this.#budgetBytes,
      bytes: this.#ring.bytes,
      flows: this.#ring.count,
      messages: this.#records.size,
      forgotten_flows: this.#ring.forgotten,
      seen_messages: this.#seen,
    };
  }

  /** Called for each event that changes something, before `add` returns. The answer ends it. */
  onChange(listener: (change: TraceChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #flowOf(stored: StoredFlow, now_ms: number): Flow {
    return flowOf(stored, { who: this.#who, now_ms, callOf: (msgId) => this.#calls.get(msgId)?.record });
  }

  #published(event: PublishedEvent): void {
    this.#seen++;
    const facts = readFacts(event.body, event);
    const key = facts.unique_id ?? `sum-${sumOf(event.body)}`;
    const known = this.#byKey.get(key);
    if (known !== undefined && facts.unique_id !== undefined) {
      this.#again(known, event);
      return;
    }

    const { event: _, seq, ...published } = event;
    const base = { id: this.#idFor(seq), published, facts, key, deliveries: [], again_at_ms: [] };
    const record: MessageRecord = { ...base, kept_bytes: bytesOf(base) };
    const call = facts.kind === 'reply' || facts.kind === 'heartbeat' ? this.#calls.get(facts.msg_id ?? '') : undefined;
    const requestId = facts.request_id ?? (call?.record === undefined ? undefined : call.flow);
    const place: Place = { record, flow: requestId ?? `msg-${facts.unique_id ?? record.id}` };

    this.#records.set(record.id, place);
    this.#byKey.set(key, place);
    const isLoose = facts.request_id === undefined && (call === undefined || call.isLoose === true);
    place.isLoose = isLoose;
    const forgotten = this.#ring.put(place.flow, record, isLoose);
    if (facts.kind === 'call') this.#openCall(place);
    else if (call === undefined && facts.msg_id !== undefined && facts.kind !== 'cast') this.#orphan(place);
    if (facts.reply_queue !== undefined && event.connection !== undefined) {
      this.#who.learnCaller(facts.reply_queue, event.connection);
    }
    for (const delivery of this.#early.get(key) ?? []) this.#hand(place, delivery);
    this.#early.delete(key);
    this.#tell([place.flow], forgotten);
  }

  #openCall(call: Place): void {
    const msgId = call.record.facts.msg_id;
    if (msgId === undefined) return;
    this.#calls.set(msgId, call);
    for (const orphan of this.#orphans.get(msgId) ?? []) {
      this.#ring.take(orphan.flow, orphan.record);
      orphan.flow = call.flow;
      orphan.isLoose = call.isLoose ?? false;
      this.#ring.put(call.flow, orphan.record, call.isLoose ?? false);
    }
    this.#orphans.delete(msgId);
  }

  #orphan(place: Place): void {
    const msgId = place.record.facts.msg_id ?? '';
    this.#orphans.set(msgId, [...(this.#orphans.get(msgId) ?? []), place]);
  }

  #again(place: Place, event: PublishedEvent): void {
    if (place.record.id === event.seq && place.record.published.at_ms === event.at_ms) return; // the same telling twice
    place.record.again_at_ms.push(event.at_ms);
    this.#ring.grow(place.flow, place.record, 16, event.at_ms);
    this.#tell([place.flow], []);
  }

  #delivered(event: DeliveredEvent): void {
    const { event: _, seq: __, message_key: key, ...delivery } = event;
    if (delivery.connection !== undefined) this.#who.learnConsumer(delivery.queue, delivery.connection);
    const place = this.#byKey.get(key);
    if (place === undefined) {
      this.#early.set(key, [...(this.#early.get(key) ?? []), delivery]);
      return;
    }
    this.#hand(place, delivery);
    this.#tell([place.flow], []);
  }

  #hand(place: Place, delivery: Delivery): void {
    place.record.deliveries.push(delivery);
    this.#ring.grow(place.flow, place.record, DELIVERY_BYTES, delivery.at_ms);
  }

  #stated(event: BusStateEvent): void {
    this.#who.learnState(event);
    for (const listener of this.#listeners) listener({ flows: [], forgotten: [], isState: true });
  }

  /** The tap's number, unless another tap's message has it already. */
  #idFor(seq: number): number {
    const id = Number.isSafeInteger(seq) && !this.#records.has(seq) ? seq : this.#lastId + 1;
    this.#lastId = Math.max(this.#lastId, id);
    return id;
  }

  #forget(record: MessageRecord): void {
    this.#records.delete(record.id);
    if (this.#byKey.get(record.key)?.record === record) this.#byKey.delete(record.key);
    const msgId = record.facts.msg_id;
    if (msgId !== undefined && this.#calls.get(msgId)?.record === record) this.#calls.delete(msgId);
  }

  #tell(flows: readonly string[], forgotten: readonly string[]): void {
    for (const listener of this.#listeners) listener({ flows, forgotten, isState: false });
  }
}

/** Where a record is found. */
interface Place {
  readonly record: MessageRecord;
  flow: string;
  isLoose?: boolean;
}

const DEFAULT_BUDGET_MB = 64;
const MOST_EARLY = 10_000;

function summaryOf({ lanes: _, hops: __, marks: ___, ...summary }: Flow): FlowSummary {
  return summary;
}
