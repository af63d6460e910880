import { ByteWriter } from '../codec/byte-writer.ts';
import type { FieldTable } from '../codec/field-table.ts';
import { type Matcher, matcherFor, type Route } from './matchers.ts';
import type { Message } from './message.ts';
import type { Queue } from './queue.ts';

const exchangeTypes = ['direct', 'fanout', 'topic', 'headers'] as const;
export type ExchangeType = (typeof exchangeTypes)[number];

export function isExchangeType(type: string): type is ExchangeType {
  return (exchangeTypes as readonly string[]).includes(type);
}

export interface ExchangeFields {
  readonly name: string;
  readonly type: ExchangeType;
  readonly isDurable: boolean;
  readonly isAutoDelete: boolean;
  /** Clients may not publish to it; other exchanges may be bound to it. */
  readonly isInternal: boolean;
  readonly args: FieldTable;
}

/** Where a binding leads. */
export type Destination = Queue | Exchange;

export interface Binding extends Route<Destination> {
  readonly source: Exchange;
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
  readonly #matcher: Matcher<Destination>;

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

  /** The new binding; undefined when it was there: doing it twice is doing it once. */
  bind(destination: Destination, routingKey: string, args: FieldTable): Binding | undefined {
    const identity = bindingIdentity(destination, routingKey, args);
    if (this.#outgoing.has(identity)) return undefined;
    const binding: Binding = { source: this, destination, routingKey, args };
    this.#outgoing.set(identity, binding);
    this.#matcher.add(binding);
    return binding;
  }

  /** The binding that was; undefined when there is no such one. */
  unbind(destination: Destination, routingKey: string, args: FieldTable): Binding | undefined {
    const identity = bindingIdentity(destination, routingKey, args);
    const binding = this.#outgoing.get(identity);
    if (binding === undefined) return undefined;
    this.#outgoing.delete(identity);
    this.#matcher.remove(binding);
    return binding;
  }

  /** Each destination once. The list is the exchange's own: not to be changed. */
  match(routingKey: string, message: Message): readonly Destination[] {
    return this.#matcher.match(routingKey, message);
  }
}

/** Two bindings of one exchange with the same identity are one: destination, routing key and arguments. */
function bindingIdentity(destination: Destination, routingKey: string, args: FieldTable): string {
  const suffix = args.size === 0 ? '' : new ByteWriter().table(args).done().toString('latin1');
  return `${destination.kind}\0${destination.name}\0${routingKey}\0${suffix}`;
}
