import type { BusEvent } from '@novasim/trace';
import { z } from 'zod';
import { maskText } from '../masking/mask-text.ts';
import { maskValue } from '../masking/mask-value.ts';

const text = z.string();
const number = z.number();
const common = { seq: number, at_ms: number };

/** A line of a recording. Fields that are not known yet are dropped, so that a newer one can be read as far as it goes. */
const busEvent = z.discriminatedUnion('event', [
  z.object({
    ...common,
    event: z.literal('published'),
    exchange: text,
    routing_key: text,
    routed_queues: z.array(text).exactOptional(),
    connection: text.exactOptional(),
    user: text.exactOptional(),
    properties: z.record(text, z.unknown()),
    body: text,
    bytes: number,
    is_cut: z.boolean().exactOptional(),
  }),
  z.object({
    ...common,
    event: z.literal('delivered'),
    queue: text,
    is_redelivered: z.boolean(),
    connection: text.exactOptional(),
    message_key: text,
  }),
  z.object({
    ...common,
    event: z.literal('state'),
    exchanges: z.array(z.object({ name: text, type: text })),
    queues: z.array(z.object({ name: text, ready: number, unacknowledged: number, consumers: number })),
    bindings: z.array(
      z.object({
        exchange: text,
        destination: text,
        destination_type: z.enum(['queue', 'exchange']),
        routing_key: text,
      }),
    ),
    connections: z.array(z.object({ name: text, program: text.exactOptional(), user: text.exactOptional() })),
    consumers: z.array(z.object({ queue: text, connection: text.exactOptional(), tag: text.exactOptional() })),
  }),
  z.object({ ...common, event: z.literal('gap'), until_ms: number, why: text }),
]) satisfies z.ZodType<BusEvent>;

/**
 * An event from a line of a recording, masked again: it may have been made by somebody who kept more. Undefined for a line that
 * holds none.
 */
export function readEvent(line: string): BusEvent | undefined {
  const event = busEvent.safeParse(parsed(line)).data;
  if (event?.event !== 'published') return event;
  const properties = maskValue(event.properties) as Readonly<Record<string, unknown>>; // an object stays one
  return { ...event, properties, body: maskText(event.body) };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
