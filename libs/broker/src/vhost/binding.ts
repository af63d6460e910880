import { ByteWriter } from '../codec/byte-writer.ts';
import type { FieldTable } from '../codec/field-table.ts';
import type { Exchange } from './exchange.ts';
import type { Queue } from './queue.ts';

/** Where a binding leads. */
export type Destination = Queue | Exchange;

export interface Binding {
  readonly source: Exchange;
  readonly destination: Destination;
  readonly routingKey: string;
  readonly args: FieldTable;
}

/** Two bindings with the same identity are one: destination, routing key and arguments. */
export function bindingIdentity(destination: Destination, routingKey: string, args: FieldTable): string {
  const suffix = args.size === 0 ? '' : new ByteWriter().table(args).done().toString('latin1');
  return `${destination.kind}\0${destination.name}\0${routingKey}\0${suffix}`;
}
