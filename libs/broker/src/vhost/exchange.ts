import type { FieldTable } from '../codec/field-table.ts';
import { type Binding, bindingIdentity, type Destination } from './binding.ts';
import { type Matcher, matcherFor } from './matchers.ts';
import type { Message } from './message.ts';

export const exchangeTypes = ['direct', 'fanout', 'topic', 'headers'] as const;
export type ExchangeType = (typeof exchangeTypes)[number];

export interface ExchangeFields {
  readonly name: string;
  readonly type: ExchangeType;
  readonly isDurable: boolean;
  readonly isAutoDelete: boolean;
  /** Clients may not publish to it; other exchanges may be bound to it. */
  readonly isInternal: boolean;
  readonly args: FieldTable;
}

/** Knows by its bindings where a message goes next. */
export class Exchange {
  readonly kind = 'exchange';
  readonly name: string;
  readonly type: ExchangeType;
  readonly isDurable: boolean;
  readonly isAutoDelete: boolean;
  readonly isInternal: boolean;
  readonly args: FieldTable;
  /** Bindings that begin here, by identity. */
  readonly #outgoing = new Map<string, Binding>();
  /** Bindings that end here. */
  readonly bindings: Set<Binding> = new Set();
  readonly #matcher: Matcher;

  constructor(fields: ExchangeFields) {
    this.name = fields.name;
    this.type = fields.type;
    this.isDurable = fields.isDurable;
    this.isAutoDelete = fields.isAutoDelete;
    this.isInternal = fields.isInternal;
    this.args = fields.args;
    this.#matcher = matcherFor(fields.type);
  }

  get outgoing(): Iterable<Binding> {
    return this.#outgoing.values();
  }

  get isUnused(): boolean {
    return this.#outgoing.size === 0;
  }

  /** Doing it twice is doing it once. */
  bind(destination: Destination, routingKey: string, args: FieldTable): void {
    const identity = bindingIdentity(destination, routingKey, args);
    if (this.#outgoing.has(identity)) return;
    const binding: Binding = { source: this, destination, routingKey, args };
    this.#outgoing.set(identity, binding);
    destination.bindings.add(binding);
    this.#matcher.add(binding);
  }

  /** False when there is no such binding. */
  unbind(destination: Destination, routingKey: string, args: FieldTable): boolean {
    const identity = bindingIdentity(destination, routingKey, args);
    const binding = this.#outgoing.get(identity);
    if (binding === undefined) return false;
    this.#outgoing.delete(identity);
    destination.bindings.delete(binding);
    this.#matcher.remove(binding);
    return true;
  }

  /** Each destination once. The list is the exchange's own: not to be changed. */
  match(routingKey: string, message: Message): readonly Destination[] {
    return this.#matcher.match(routingKey, message);
  }
}
