import { AmqpError } from '../codec/amqp-error.ts';
import { asInteger, asText, type FieldTable, typeNames } from '../codec/field-table.ts';

/** What a queue's arguments ask of it. */
export interface QueueSettings {
  readonly type: 'classic' | 'quorum';
  readonly messageTtlMs: number | undefined;
  readonly expiresMs: number | undefined;
  readonly maxLength: number | undefined;
  readonly maxLengthBytes: number | undefined;
  readonly overflow: 'drop-head' | 'reject-publish' | 'reject-publish-dlx';
  readonly deadLetterExchange: string | undefined;
  readonly deadLetterRoutingKey: string | undefined;
  readonly isSingleActiveConsumer: boolean;
  readonly deliveryLimit: number | undefined;
}

interface Asked {
  readonly name: string;
  readonly vhost: string;
  readonly isDurable: boolean;
  readonly isExclusive: boolean;
  readonly isAutoDelete: boolean;
}

const overflows = ['drop-head', 'reject-publish', 'reject-publish-dlx'] as const;

/**
 * Checks the arguments of queue.declare as RabbitMQ does and in its words (rabbit_amqqueue:check_declare_arguments, check_dlxname_arg, …).
 *
 * @throws {AmqpError} 406 naming the argument, 540 for streams, which this broker has none of.
 */
export function readQueueSettings(args: FieldTable, asked: Asked): QueueSettings {
  const place = `queue '${asked.name}' in vhost '${asked.vhost}'`;
  const invalid = (arg: string, why: string) => new AmqpError(406, `invalid arg '${arg}' for ${place}: ${why}`);

  const integer = (arg: string, { min }: { min: 0 | 1 }): number | undefined => {
    const field = args.get(arg);
    if (field === undefined) return undefined;
    const value = asInteger(field);
    if (value === undefined) throw invalid(arg, `"expected integer, got ${typeNames[field.type]}"`);
    if (value < 0) throw invalid(arg, `{value_negative,${value}}`);
    if (value < min) throw invalid(arg, `{value_zero,${value}}`);
    return value;
  };
  const string = (arg: string): string | undefined => {
    const field = args.get(arg);
    const value = asText(field);
    if (field !== undefined && value === undefined) {
      throw new AmqpError(
        406,
        `invalid type '${typeNames[field.type]}' for arg '${arg}' in queue '${asked.name}' in vhost '${asked.vhost}'`,
      );
    }
    return value;
  };

  const type = string('x-queue-type') ?? 'classic';
  if (type === 'stream') throw new AmqpError(540, `queue type 'stream' of ${place} is not available on this broker`);
  if (type !== 'classic' && type !== 'quorum') throw invalid('x-queue-type', `"unsupported queue type '${type}'"`);
  if (type === 'quorum') assertMayBeQuorum(asked, place);

  const deadLetterExchange = string('x-dead-letter-exchange');
  const deadLetterRoutingKey = string('x-dead-letter-routing-key');
  if (deadLetterRoutingKey !== undefined && deadLetterExchange === undefined) {
    throw invalid('x-dead-letter-routing-key', 'routing_key_but_no_dlx_defined');
  }
  const overflow = string('x-overflow') ?? 'drop-head';
  if (!isOverflow(overflow)) throw invalid('x-overflow', 'invalid_overflow');
  const single = args.get('x-single-active-consumer');
  if (single !== undefined && single.type !== 't') {
    throw invalid('x-single-active-consumer', `{unacceptable_type,${typeNames[single.type]}}`);
  }
  const maxPriority = integer('x-max-priority', { min: 0 });
  if (maxPriority !== undefined && maxPriority > 255)
    throw invalid('x-max-priority', `{max_value_exceeded,${maxPriority}}`);

  return {
    type,
    messageTtlMs: integer('x-message-ttl', { min: 0 }),
    expiresMs: integer('x-expires', { min: 1 }),
    maxLength: integer('x-max-length', { min: 0 }),
    maxLengthBytes: integer('x-max-length-bytes', { min: 0 }),
    overflow,
    deadLetterExchange,
    deadLetterRoutingKey,
    isSingleActiveConsumer: single?.value === true,
    deliveryLimit: integer('x-delivery-limit', { min: 0 }),
  };
}

function isOverflow(value: string): value is QueueSettings['overflow'] {
  return (overflows as readonly string[]).includes(value);
}

function assertMayBeQuorum(asked: Asked, place: string): void {
  const refused = asked.isAutoDelete
    ? 'auto-delete'
    : asked.isExclusive
      ? 'exclusive-owner'
      : asked.isDurable
        ? undefined
        : 'non-durable';
  if (refused !== undefined) throw new AmqpError(406, `invalid property '${refused}' for ${place}`);
}
