import { AmqpError } from '../codec/amqp-error.ts';
import { type Field, type FieldTable, typeNames } from '../codec/field-table.ts';
import type { ExchangeDeclaration, QueueDeclaration } from './declarations.ts';
import type { Exchange } from './exchange.ts';
import type { Queue } from './queue.ts';
import type { VirtualHost } from './virtual-host.ts';

/** An exchange that is there is declared again. @throws {AmqpError} 406 naming what differs */
export function assertSameExchange(vhost: VirtualHost, current: Exchange, asked: ExchangeDeclaration): void {
  const place = `exchange '${asked.name}' in vhost '${vhost.name}'`;
  assertSame('type', current.type, asked.type, place);
  assertSame('durable', current.isDurable, asked.isDurable, place);
  assertSame('auto_delete', current.isAutoDelete, asked.isAutoDelete, place);
  assertSame('internal', current.isInternal, asked.isInternal, place);
  assertSameArgument(
    'alternate-exchange',
    current.args.get('alternate-exchange'),
    asked.args.get('alternate-exchange'),
    place,
  );
}

/** A queue that is there is declared again. @throws {AmqpError} 405; 406 naming what differs */
export function assertSameQueue(vhost: VirtualHost, current: Queue, asked: QueueDeclaration, user: object): void {
  const place = `queue '${asked.name}' in vhost '${vhost.name}'`;
  vhost.assertMayUse(current, user);
  assertSame('durable', current.isDurable, asked.isDurable, place);
  assertSame('auto_delete', current.isAutoDelete, asked.isAutoDelete, place);
  if ((current.owner !== undefined) !== asked.isExclusive) throw vhost.lockedError(asked.name);
  assertSameQueueArguments(current.args, asked.args, place);
}

function assertSame(arg: string, current: string | boolean, received: string | boolean, place: string): void {
  if (current === received) return;
  throw new AmqpError(
    406,
    `inequivalent arg '${arg}' for ${place}: received '${received}' but current is '${current}'`,
  );
}

/** The arguments that must be the same when a queue is declared again; others may differ (rabbit_amqqueue:declare_args). */
const comparedOfQueue = [
  'x-expires',
  'x-message-ttl',
  'x-dead-letter-exchange',
  'x-dead-letter-routing-key',
  'x-max-length',
  'x-max-length-bytes',
  'x-max-priority',
  'x-overflow',
  'x-queue-mode',
  'x-single-active-consumer',
  'x-queue-type',
  'x-delivery-limit',
] as const;

const classic: Field = { type: 'S', value: Buffer.from('classic') };

/** 406 names the first argument that differs. */
function assertSameQueueArguments(current: FieldTable, received: FieldTable, place: string): void {
  for (const arg of comparedOfQueue) {
    // A queue without a type is a classic one, so naming it is no difference.
    const fallback = arg === 'x-queue-type' ? classic : undefined;
    assertSameArgument(arg, current.get(arg) ?? fallback, received.get(arg) ?? fallback, place);
  }
}

/** In the words of rabbit_misc:assert_args_equivalence. */
function assertSameArgument(arg: string, current: Field | undefined, received: Field | undefined, place: string): void {
  if (current === undefined && received === undefined) return;
  if (current !== undefined && received !== undefined) {
    const [is, asked] = [show(current), show(received)];
    if (is === asked) return;
    throw new AmqpError(406, `inequivalent arg '${arg}' for ${place}: received '${asked}' but current is '${is}'`);
  }
  throw new AmqpError(
    406,
    `inequivalent arg '${arg}' for ${place}: received ${described(received)} but current is ${described(current)}`,
  );
}

function described(field: Field | undefined): string {
  return field === undefined ? 'none' : `the value '${show(field)}' of type '${typeNames[field.type]}'`;
}

function show(field: Field): string {
  return field.type === 'S' || field.type === 'x' ? field.value.toString() : String(field.value);
}
