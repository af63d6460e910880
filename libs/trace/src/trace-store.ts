import type { BusEvent, BusStateEvent, DeliveredEvent, GapEvent, PublishedEvent } from './bus-event.ts';
import type { Flow, FlowSummary } from './flow.ts';
import { flowOf } from './flow-of.ts';
import { FlowRing, type StoredFlow } from './flow-ring.ts';
import { Interned } from './interned.ts';
import { MessageIndex, type Place } from './message-index.ts';
import { type MessageView, viewOf } from './message-view.ts';
import { matches, readQuery } from './query.ts';
import { addDelivery, DELIVERY_BYTES, type Delivery, deathOf, recordOf } from './record.ts';
import type { FlowsQuery, TraceChange, TraceOptions, TraceUsage } from './trace-options.ts';
import { WhoIsWho } from './who-is-who.ts';

/** Understands what a tap tells and keeps the latest of it within a budget of memory. Answers depend on `now_ms`: time fails calls. */
export class TraceStore {
  readonly #budgetBytes: number;
  readonly #ring: FlowRing;
  readonly #index = new MessageIndex();
  readonly #interned = new Interned();
  readonly #who = new WhoIsWho();
  readonly #listeners = new Set<(change: TraceChange) => void>();
  #gaps: readonly GapEvent[] = [];
  #seen = 0;

  constructor({ budgetMb = DEFAULT_BUDGET_MB }: TraceOptions = {}) {
    this.#budgetBytes = budgetMb * 1024 * 1024;
    this.#ring = new FlowRing(this.#budgetBytes, (record) => this.#index.forget(record));
  }

  /** Takes what a tap tells, in whatever order; an event of no known kind is left alone. */
  add(event: BusEvent): void {
    if (event.event === 'published') this.#published(event);
    else if (event.event === 'delivered') this.#delivered(event);
    else if (event.event === 'state') this.#stated(event);
    else if (event.event === 'gap') this.#gaps = [...this.#gaps, event].slice(-MOST_GAPS);
  }

  /** The flows that fit, newest first. */
  flows({ q = '', limit = 100, before = Infinity }: FlowsQuery = {}, now_ms = Date.now()): readonly FlowSummary[] {
    const query = readQuery(q);
    const found: FlowSummary[] = [];
    for (const stored of this.#ring.newestFirst()) {
      if (found.length >= limit) break;
      if (stored.started_at_ms >= before) continue;
      const flow = this.#flowOf(stored, now_ms);
      if (matches(query, flow)) found.push(summaryOf(flow));
    }
    return found;
  }

  flow(requestId: string, now_ms = Date.now()): Flow | undefined {
    const stored = this.#ring.get(requestId);
    return stored === undefined ? undefined : this.#flowOf(stored, now_ms);
  }

  /** Everything known of one message, by the number of its hop. */
  message(id: number, now_ms = Date.now()): MessageView | undefined {
    const place = this.#index.byId(id);
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
      messages: this.#index.size,
      forgotten_flows: this.#ring.forgotten,
      seen_messages: this.#seen,
    };
  }

  /** Called for each event that changes something, before `add` returns. What it gives back ends it. */
  onChange(listener: (change: TraceChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #published(event: PublishedEvent): void {
    this.#seen++;
    const record = recordOf(event, {
      idFor: (seq) => this.#index.idFor(seq),
      longestBody: this.#budgetBytes * LONGEST_SHARE,
      interned: this.#interned,
    });
    const { facts, key } = record;
    const known = facts.unique_id === undefined ? undefined : this.#index.byKey(key);
    if (known !== undefined) {
      this.#again(known, event);
      return;
    }
    const call = facts.kind === 'call' ? undefined : this.#index.call(facts.msg_id);
    const place: Place = {
      record,
      flow: facts.request_id ?? call?.flow ?? `msg-${facts.unique_id ?? record.id}`,
      isLoose: facts.request_id === undefined && (call?.isLoose ?? true),
    };
    this.#index.put(place);
    if (facts.kind === 'call') this.#adoptReplies(place);
    for (const delivery of this.#index.takeEarly(key)) addDelivery(record, delivery);
    record.kept_bytes += DELIVERY_BYTES * record.deliveries.length;
    const forgotten = this.#ring.put(place.flow, record, place.isLoose);
    if (facts.reply_queue !== undefined && event.connection !== undefined) {
      this.#who.learnCaller(facts.reply_queue, event.connection);
    }
    this.#tell({ flows: [place.flow], forgotten, isState: false });
  }

  /** Replies that came before their call move into its flow. */
  #adoptReplies(call: Place): void {
    for (const orphan of this.#index.takeOrphans(call.record.facts.msg_id ?? '')) {
      this.#ring.take(orphan.flow, orphan.record);
      orphan.flow = call.flow;
      orphan.isLoose = call.isLoose;
      this.#ring.put(call.flow, orphan.record, call.isLoose);
    }
  }

  /** Published with an `_unique_id` that was there before: the same told twice, sent twice, or moved by the broker. */
  #again({ record, flow }: Place, event: PublishedEvent): void {
    if (record.seq === event.seq && record.published.at_ms === event.at_ms) return;
    const death = deathOf(event);
    if (death !== undefined) record.death ??= death;
    else record.again_at_ms = [...(record.again_at_ms ?? []), event.at_ms].slice(0, MOST_AGAIN);
    this.#ring.grow(flow, record, AGAIN_BYTES, event.at_ms);
    this.#tell({ flows: [flow], forgotten: [], isState: false });
  }

  #delivered({ at_ms, queue, connection, is_redelivered, message_key }: DeliveredEvent): void {
    const delivery: Delivery = {
      at_ms,
      queue: this.#interned.text(queue),
      is_redelivered,
      ...(connection !== undefined && { connection: this.#interned.text(connection) }),
    };
    if (connection !== undefined) this.#who.learnConsumer(queue, connection);
    const place = this.#index.byKey(message_key);
    if (place === undefined) {
      this.#index.keepEarly(message_key, delivery);
      return;
    }
    if (place.record.deliveries.some((one) => one.at_ms === at_ms && one.queue === queue)) return; // told twice
    addDelivery(place.record, delivery);
    this.#ring.grow(place.flow, place.record, DELIVERY_BYTES, at_ms);
    this.#tell({ flows: [place.flow], forgotten: [], isState: false });
  }

  #stated(event: BusStateEvent): void {
    this.#who.learnState(event);
    this.#tell({ flows: [], forgotten: [], isState: true });
  }

  #flowOf(stored: StoredFlow, now_ms: number): Flow {
    return flowOf(stored, {
      who: this.#who,
      now_ms,
      callOf: (msgId) => this.#index.call(msgId)?.record,
      gapsBetween: (from, to) => this.#gaps.find((gap) => gap.at_ms < to && gap.until_ms > from),
    });
  }

  #tell(change: TraceChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

const DEFAULT_BUDGET_MB = 64;
/** No body may take more than this part of the budget. */
const LONGEST_SHARE = 1 / 16;
const MOST_GAPS = 1_000;
const MOST_AGAIN = 100;
const AGAIN_BYTES = 16;

function summaryOf({ lanes: _, hops: __, marks: ___, ...summary }: Flow): FlowSummary {
  return summary;
}
