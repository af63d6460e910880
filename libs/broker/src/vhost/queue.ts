import type { FieldTable } from '../codec/field-table.ts';
import { type Consumer, ConsumerTurns } from './consumer-turns.ts';
import type { Deadlines } from './deadlines.ts';
import type { Entry } from './entry.ts';
import type { Message } from './message.ts';
import { QueueAlarm } from './queue-alarm.ts';
import type { QueueSettings } from './queue-settings.ts';
import { ReadyMessages } from './ready-messages.ts';

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
export class Queue {
  readonly kind = 'queue';
  readonly name: string;
  readonly isDurable: boolean;
  readonly isAutoDelete: boolean;
  readonly owner: object | undefined;
  readonly args: FieldTable;
  readonly settings: QueueSettings;
  readonly #deadlines: Deadlines;
  readonly #events: QueueEvents;
  readonly #ready = new ReadyMessages();
  readonly #consumers: ConsumerTurns;
  readonly #alarm: QueueAlarm;
  #unacked = 0;
  #seq = 0;
  #isDeleted: boolean = false;

  constructor(fields: QueueFields, deadlines: Deadlines, events: QueueEvents) {
    this.name = fields.name;
    this.isDurable = fields.isDurable;
    this.isAutoDelete = fields.isAutoDelete;
    this.owner = fields.owner;
    this.args = fields.args;
    this.settings = fields.settings;
    this.#consumers = new ConsumerTurns(fields.settings.isSingleActiveConsumer);
    this.#deadlines = deadlines;
    this.#events = events;
    this.#alarm = new QueueAlarm(deadlines, fields.settings.expiresMs, (now) => this.#onAlarm(now));
    this.#watch();
  }

  /** Messages waiting for a consumer. */
  get depth(): number {
    return this.#ready.length;
  }

  get unacked(): number {
    return this.#unacked;
  }

  get consumers(): readonly Consumer[] {
    return this.#consumers.all;
  }

  get isDeleted(): boolean {
    return this.#isDeleted;
  }

  /** Somebody declared it again or asked it for a message: its `x-expires` starts anew. */
  touch(): void {
    this.#alarm.touch();
  }

  /** False when the queue is full and refuses what comes (`x-overflow: reject-publish`). */
  push(message: Message): boolean {
    const { messageTtlMs, overflow } = this.settings;
    const ttlMs = smaller(message.ttlMs, messageTtlMs);
    const expiresAt = ttlMs === undefined ? Number.POSITIVE_INFINITY : this.#deadlines.now() + ttlMs;
    const taker = this.#ready.length === 0 ? this.#consumers.next() : undefined;
    const entry: Entry = { message, seq: this.#seq, expiresAt, isRedelivered: false, returns: 0 };
    this.#seq += 1;
    if (taker !== undefined) {
      this.#give(taker, entry);
      return true;
    }
    if (overflow !== 'drop-head' && this.#exceeds(this.depth + 1, this.#ready.bytes + message.body.length)) {
      if (overflow === 'reject-publish-dlx') this.#events.onDead(this, message, 'maxlen');
      return false;
    }
    this.#ready.push(entry);
    this.#dropOverflow();
    if (expiresAt < this.#alarm.ringsAt) this.#watch();
    return true;
  }

  #exceeds(length: number, bytes: number): boolean {
    const { maxLength = Number.POSITIVE_INFINITY, maxLengthBytes = Number.POSITIVE_INFINITY } = this.settings;
    return length > maxLength || bytes > maxLengthBytes;
  }

  #dropOverflow(): void {
    while (this.#exceeds(this.depth, this.#ready.bytes)) this.#bury(this.#ready.shift(), 'maxlen');
  }

  #bury(entry: Entry | undefined, reason: DeathReason): void {
    if (entry !== undefined) this.#events.onDead(this, entry.message, reason);
  }

  /** Drops what has expired, but only from the head: a message behind one that lives on waits (as classic queues do). */
  #dropExpired(now: number): void {
    for (let head = this.#ready.first; head !== undefined && head.expiresAt <= now; head = this.#ready.first) {
      this.#bury(this.#ready.shift(), 'expired');
    }
  }

  /** The oldest message, for basic.get. It counts as unacknowledged until {@link settle} or {@link giveBack}. */
  take(): Entry | undefined {
    this.touch();
    this.#dropExpired(this.#deadlines.now());
    const entry = this.#ready.shift();
    if (entry !== undefined) this.#unacked += 1;
    return entry;
  }

  /** Hands out as much as the consumers take. */
  dispatch(): void {
    if (this.#ready.length === 0 || this.consumers.length === 0) return;
    const now = this.#deadlines.now();
    for (;;) {
      const head = this.#ready.first;
      if (head === undefined) break;
      if (head.expiresAt <= now) {
        this.#bury(this.#ready.shift(), 'expired');
        continue;
      }
      const consumer = this.#consumers.next();
      if (consumer === undefined) break;
      this.#ready.shift();
      this.#give(consumer, head);
    }
    this.#watch();
  }

  #give(consumer: Consumer, entry: Entry): void {
    this.#unacked += 1;
    consumer.deliver(entry);
  }

  addConsumer(consumer: Consumer): void {
    this.#consumers.add(consumer);
    this.dispatch();
  }

  removeConsumer(consumer: Consumer): void {
    if (!this.#consumers.remove(consumer)) return;
    this.touch();
    if (this.consumers.length > 0) {
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
      } else back.push(entry);
    }
    if (back.length === 0) return;
    this.#ready.giveBack(back);
    this.dispatch();
    this.#dropOverflow();
    this.#watch();
  }

  /** Forgets what waits; what is delivered and unacknowledged stays so. */
  purge(): number {
    const count = this.#ready.length;
    this.#ready.clear();
    return count;
  }

  /** The queue is gone: its consumers are told. */
  close(): void {
    this.#isDeleted = true;
    this.purge();
    for (const consumer of this.#consumers.removeAll()) consumer.onQueueDeleted();
  }

  /** Asks to be woken when the head expires, or the queue itself. */
  #watch(): void {
    this.#alarm.set(this.#ready.first?.expiresAt ?? Number.POSITIVE_INFINITY, this.consumers.length > 0);
  }

  #onAlarm(now: number): void {
    if (this.#isDeleted) return;
    this.#dropExpired(now);
    if (this.consumers.length === 0 && this.#alarm.isForgotten(now)) this.#events.onUnused(this);
    else this.#watch();
  }
}

function smaller(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : Math.min(a, b);
}
