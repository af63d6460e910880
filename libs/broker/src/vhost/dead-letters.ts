import { asText, emptyTable, type Field, type FieldTable, long, table, text, texts } from '../codec/field-table.ts';
import type { Message } from './message.ts';
import type { DeathReason, Queue } from './queue.ts';
import { carbonCopies, type Router } from './router.ts';

interface Death {
  readonly from: Queue;
  readonly message: Message;
  readonly reason: DeathReason;
}

/**
 * Sends messages that left a queue unconsumed to its dead letter exchange, with their story in the header `x-death`
 * (rabbit_dead_letter). One at a time: a death may cause others, and those wait for their turn instead of nesting.
 */
export class DeadLetters {
  readonly #router: Router;
  readonly #waiting: Death[] = [];
  #isBusy: boolean = false;

  constructor(router: Router) {
    this.#router = router;
  }

  bury(from: Queue, message: Message, reason: DeathReason): void {
    if (from.settings.deadLetterExchange === undefined) return;
    this.#waiting.push({ from, message, reason });
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      for (let death = this.#waiting.shift(); death !== undefined; death = this.#waiting.shift()) this.#publish(death);
    } finally {
      this.#isBusy = false;
    }
  }

  #publish({ from, message, reason }: Death): void {
    const exchange = this.#router.exchange(from.settings.deadLetterExchange ?? '');
    if (exchange === undefined) return;
    const letter = deadLetter(from, message, reason);
    const cc = letter.headers.get('CC');
    const queues = this.#router.route(exchange, letter, cc === undefined ? undefined : carbonCopies(cc));
    for (const queue of queues) {
      if (!isCycle(queue.name, reason, letter.headers)) queue.push(letter);
    }
  }
}

function deadLetter(from: Queue, message: Message, reason: DeathReason): Message {
  const { deadLetterExchange = '', deadLetterRoutingKey } = from.settings;
  const properties = { ...message.properties };
  const headers = new Map<string, Field>(properties.headers ?? emptyTable);
  const cc = headers.get('CC');
  const copies = (cc === undefined ? undefined : carbonCopies(cc)) ?? [];
  const keys = [message.routingKey, ...copies];
  headers.set('x-death', { type: 'A', value: deaths(headers, from.name, reason, message, keys) });
  if (!headers.has('x-first-death-reason')) {
    headers.set('x-first-death-exchange', text(message.exchange));
    headers.set('x-first-death-queue', text(from.name));
    headers.set('x-first-death-reason', text(reason));
  }
  if (deadLetterRoutingKey !== undefined) headers.delete('CC');
  properties.headers = headers;
  // It would expire in its next queue too; x-death keeps the value.
  delete properties.expiration;
  return message.withProperties(properties).changed({
    exchange: deadLetterExchange,
    routingKey: deadLetterRoutingKey ?? message.routingKey,
    ttlMs: undefined,
  });
}

/** The latest death first; the same queue and reason again only counts up and moves to the front. */
function deaths(
  headers: FieldTable,
  queue: string,
  reason: DeathReason,
  message: Message,
  keys: readonly string[],
): readonly Field[] {
  const earlier = earlierDeaths(headers);
  const same = earlier.find((death) => asText(death.get('queue')) === queue && asText(death.get('reason')) === reason);
  if (same !== undefined) {
    const count = Number(same.get('count')?.value ?? 0);
    const counted = new Map([...same, ['count', long(count + 1)] as const]);
    return [table(counted), ...earlier.filter((death) => death !== same).map((death) => table(death))];
  }
  const { expiration } = message.properties;
  const death = table([
    ['count', long(1)],
    ['reason', text(reason)],
    ['queue', text(queue)],
    ['time', { type: 'T', value: Math.floor(Date.now() / 1000) }],
    ['exchange', text(message.exchange)],
    ['routing-keys', texts(keys)],
    ...(expiration === undefined ? [] : [['original-expiration', text(expiration)] as const]),
  ]);
  return [death, ...earlier.map((entry) => table(entry))];
}

function earlierDeaths(headers: FieldTable): readonly FieldTable[] {
  const field = headers.get('x-death');
  if (field?.type !== 'A') return [];
  return field.value.flatMap((entry) => (entry.type === 'F' ? [entry.value] : []));
}

/** A message that came round to a queue without anybody having rejected it on the way would go round for ever. */
function isCycle(queue: string, reason: DeathReason, headers: FieldTable): boolean {
  if (reason === 'rejected') return false;
  const story = earlierDeaths(headers);
  const before = story.findIndex((death) => asText(death.get('queue')) === queue);
  if (before < 0) return false;
  return story.slice(0, before + 1).every((death) => asText(death.get('reason')) !== 'rejected');
}
