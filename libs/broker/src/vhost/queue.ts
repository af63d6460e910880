import type { FieldTable } from '../codec/field-table.ts';
import type { Binding } from './binding.ts';
import type { Deadlines, Waiting } from './deadlines.ts';
import { Deque } from './deque.ts';
import type { Message } from './message.ts';
import type { QueueSettings } from './queue-settings.ts';

/** A message in one queue: the same message in another queue has another entry. */
export interface Entry {
  readonly message: Message;
  /** Position by arrival; a message that is given back takes its old place. */
  readonly seq: number;
  /** On the clock of the deadlines; infinite when the message does not expire. */
  readonly expiresAt: number;
  isRedelivered: boolean;
  /** How often it was given back, as quorum queues count it. */
  returns: number;
}

/** Who takes messages from a queue: one basic.consume on one channel. */
export interface Consumer {
  readonly tag: string;
  readonly priority: number;
  readonly isExclusive: boolean;
  /** False while its prefetch is used up or its socket does not drain. */
  canTake(): boolean;
  deliver(queue: Queue, entry: Entry): void;
  /** The queue is gone. */
  onQueueDeleted(queue: Queue): void;
}

/** Why a message left a queue unconsumed; the words of the x-death header. */
export type DeathReason = 'expired' | 'maxlen' | 'rejected' | 'delivery_limit';

export interface QueueEvents {
  onDead(queue: Queue, message: Message, reason: DeathReason): void;
  /** Nobody used it for its `x-expires`, or its last consumer left an auto-delete queue. */
  onUnused(queue: Queue): void;
}

export interface QueueFields {
  readonly name: string;
  readonly isDurable: boolean;
  readonly isAutoDelete: boolean;
  /** The connection that alone may use it; undefined for a queue that is not exclusive. */
  readonly owner: object | undefined;
  readonly args: FieldTable;
  readonly settings: QueueSettings;
}

/** Messages in order, and who waits for them. */
export class Queue implements Waiting {
  readonly kind = 'queue';
  readonly name: string;
  readonly isDurable: boolean;
  readonly isAutoDelete: boolean;
  readonly owner: object | undefined;
  readonly args: FieldTable;
  readonly settings: QueueSettings;
  /** Bindings that end here. */
  readonly bindings: Set<Binding> = new Set();
  readonly #deadlines: Deadlines;
  readonly #events: QueueEvents;
  readonly #ready = new Deque<Entry>();
  #readyBytes = 0;
  #unacked = 0;
  readonly #consumers: Consumer[] = [];
  #next = 0;
  #seq = 0;
  #usedAt: number;
  #wakesAt = Number.POSITIVE_INFINITY;
  #isDeleted: boolean = false;

  constructor(fields: QueueFields, deadlines: Deadlines, events: QueueEvents) {
    this.name = fields.name;
    this.isDurable = fields.isDurable;
    this.isAutoDelete = fields.isAutoDelete;
    this.owner = fields.owner;
    this.args = fields.args;
    this.settings = fields.settings;
    this.#deadlines = deadlines;
    this.#events = events;
    this.#usedAt = deadlines.now();
    this.#watch();
  }

  /** Messages waiting for a consumer. */
  get depth(): number {
    return this.#ready.length;
  }

  get readyBytes(): number {
    return this.#readyBytes;
  }

  get unacked(): number {
    return this.#unacked;
  }

  get consumers(): readonly Consumer[] {
    return this.#consumers;
  }

  get isDeleted(): boolean {
    return this.#isDeleted;
  }

  /** Somebody declared it again or asked it for a message: its `x-expires` starts anew. */
  touch(): void {
    if (this.settings.expiresMs !== undefined) this.#usedAt = this.#deadlines.now();
  }

  /** False when the queue is full and refuses what comes (`x-overflow: reject-publish`). */
  push(message: Message): boolean {
    const { messageTtlMs, maxLength, maxLengthBytes, overflow } = this.settings;
    const ttlMs = smaller(message.ttlMs, messageTtlMs);
    const expiresAt = ttlMs === undefined ? Number.POSITIVE_INFINITY : this.#deadlines.now() + ttlMs;
    const taker = this.#ready.length === 0 ? this.#nextConsumer() : undefined;
    const entry: Entry = { message, seq: this.#seq, expiresAt, isRedelivered: false, returns: 0 };
    this.#seq += 1;
    if (taker !== undefined) {
      this.#give(taker, entry);
      return true;
    }
    const isLimited = maxLength !== undefined || maxLengthBytes !== undefined;
    if (isLimited && overflow !== 'drop-head' && this.#wouldOverflow(message)) {
      if (overflow === 'reject-publish-dlx') this.#events.onDead(this, message, 'maxlen');
      return false;
    }
    this.#ready.push({ ...entry, message: message.detached() });
    this.#readyBytes += message.body.length;
    if (isLimited) this.#dropOverflow();
    if (expiresAt < this.#wakesAt) this.#watch();
    return true;
  }

  #wouldOverflow(message: Message): boolean {
    const { maxLength = Number.POSITIVE_INFINITY, maxLengthBytes = Number.POSITIVE_INFINITY } = this.settings;
    return this.#ready.length + 1 > maxLength || this.#readyBytes + message.body.length > maxLengthBytes;
  }

  #dropOverflow(): void {
    const { maxLength = Number.POSITIVE_INFINITY, maxLengthBytes = Number.POSITIVE_INFINITY } = this.settings;
    while (this.#ready.length > maxLength || this.#readyBytes > maxLengthBytes) this.#bury(this.#shift(), 'maxlen');
  }

  #shift(): Entry | undefined {
    const entry = this.#ready.shift();
    if (entry !== undefined) this.#readyBytes -= entry.message.body.length;
    return entry;
  }

  #bury(entry: Entry | undefined, reason: DeathReason): void {
    if (entry !== undefined) this.#events.onDead(this, entry.message, reason);
  }

  /** Drops what has expired, but only from the head: a message behind one that lives on waits (as classic queues do). */
  #dropExpired(now: number): void {
    for (let head = this.#ready.first; head !== undefined && head.expiresAt <= now; head = this.#ready.first) {
      this.#bury(this.#shift(), 'expired');
    }
  }

  /** The oldest message, for basic.get. It counts as unacknowledged until {@link settle} or {@link giveBack}. */
  take(): Entry | undefined {
    this.touch();
    this.#dropExpired(this.#deadlines.now());
    const entry = this.#shift();
    if (entry !== undefined) this.#unacked += 1;
    return entry;
  }

  /** Hands out as much as the consumers take. */
  dispatch(): void {
    if (this.#ready.length === 0 || this.#consumers.length === 0) return;
    const now = this.#deadlines.now();
    for (;;) {
      const head = this.#ready.first;
      if (head === undefined) break;
      if (head.expiresAt <= now) {
        this.#bury(this.#shift(), 'expired');
        continue;
      }
      const consumer = this.#nextConsumer();
      if (consumer === undefined) break;
      this.#shift();
      this.#give(consumer, head);
    }
    this.#watch();
  }

  #give(consumer: Consumer, entry: Entry): void {
    this.#unacked += 1;
    consumer.deliver(this, entry);
  }

  /** In turn among the highest priority that can take one. */
  #nextConsumer(): Consumer | undefined {
    const consumers = this.#consumers;
    if (this.settings.isSingleActiveConsumer) {
      const active = consumers[0];
      return active?.canTake() === true ? active : undefined;
    }
    const count = consumers.length;
    let best: Consumer | undefined;
    let bestAt = 0;
    for (let step = 0; step < count; step += 1) {
      const at = (this.#next + step) % count;
      const consumer = consumers[at] as Consumer;
      if (best !== undefined && consumer.priority <= best.priority) continue;
      if (!consumer.canTake()) continue;
      best = consumer;
      bestAt = at;
      if (!this.#hasPriorities) break;
    }
    if (best !== undefined) this.#next = (bestAt + 1) % count;
    return best;
  }

  get #hasPriorities(): boolean {
    return this.#priorities > 0;
  }

  #priorities = 0;

  addConsumer(consumer: Consumer): void {
    this.#consumers.push(consumer);
    if (consumer.priority !== 0) this.#priorities += 1;
    this.dispatch();
  }

  removeConsumer(consumer: Consumer): void {
    const at = this.#consumers.indexOf(consumer);
    if (at < 0) return;
    this.#consumers.splice(at, 1);
    if (consumer.priority !== 0) this.#priorities -= 1;
    if (this.#next > at) this.#next -= 1;
    if (this.#next >= this.#consumers.length) this.#next = 0;
    this.touch();
    if (this.#consumers.length > 0) {
      // Another consumer may have become the active one.
      if (this.settings.isSingleActiveConsumer) this.dispatch();
    } else if (this.isAutoDelete) this.#events.onUnused(this);
    else this.#watch();
  }

  /** One delivered message was acknowledged. */
  settle(): void {
    this.#unacked -= 1;
  }

  /** One delivered message was refused for good. */
  refuse(entry: Entry): void {
    this.#unacked -= 1;
    if (!this.#isDeleted) this.#bury(entry, 'rejected');
  }

  /** Delivered messages come back to their old places and are offered again. `entries` may be in any order. */
  giveBack(entries: readonly Entry[]): void {
    this.#unacked -= entries.length;
    if (this.#isDeleted) return;
    const { deliveryLimit, type } = this.settings;
    const back: Entry[] = [];
    for (const entry of entries) {
      entry.isRedelivered = true;
      entry.returns += 1;
      if (type === 'quorum' && deliveryLimit !== undefined && entry.returns > deliveryLimit) {
        this.#bury(entry, 'delivery_limit');
      } else back.push({ ...entry, message: entry.message.detached() });
    }
    back.sort((a, b) => a.seq - b.seq);
    const last = back.at(-1);
    if (last === undefined) return;
    // Usually everything that waits came later than what comes back; then nothing is moved.
    const moved: Entry[] = [];
    for (let head = this.#ready.first; head !== undefined && head.seq < last.seq; head = this.#ready.first) {
      moved.push(head);
      this.#ready.shift();
    }
    const merged = moved.length === 0 ? back : [...back, ...moved].sort((a, b) => a.seq - b.seq);
    for (const entry of merged.reverse()) this.#ready.unshift(entry);
    for (const entry of back) this.#readyBytes += entry.message.body.length;
    this.dispatch();
    this.#dropOverflow();
    this.#watch();
  }

  /** Forgets what waits; what is delivered and unacknowledged stays so. */
  purge(): number {
    const count = this.#ready.length;
    this.#ready.clear();
    this.#readyBytes = 0;
    return count;
  }

  /** The queue is gone: its consumers are told. */
  close(): void {
    this.#isDeleted = true;
    this.purge();
    for (const consumer of this.#consumers.splice(0)) consumer.onQueueDeleted(this);
  }

  /** Asks to be woken when the head expires, or the queue itself. */
  #watch(): void {
    const head = this.#ready.first?.expiresAt ?? Number.POSITIVE_INFINITY;
    const { expiresMs } = this.settings;
    const own =
      expiresMs !== undefined && this.#consumers.length === 0 ? this.#usedAt + expiresMs : Number.POSITIVE_INFINITY;
    const at = Math.min(head, own);
    if (at >= this.#wakesAt) return;
    this.#wakesAt = at;
    this.#deadlines.add(at, this);
  }

  onDeadline(now: number): void {
    this.#wakesAt = Number.POSITIVE_INFINITY;
    if (this.#isDeleted) return;
    this.#dropExpired(now);
    const { expiresMs } = this.settings;
    if (expiresMs !== undefined && this.#consumers.length === 0 && this.#usedAt + expiresMs <= now) {
      this.#events.onUnused(this);
    } else this.#watch();
  }
}

function smaller(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : Math.min(a, b);
}
