import type { Flow, FlowComparison, FlowHop, FlowMark, FlowSummary, Lane, LogLine } from '@novasim/trace';
import { z } from 'zod';

const text = z.string();
const number = z.number();
const texts = z.array(text);

export const flowSummary = z
  .object({
    request_id: text.meta({ description: 'Request id; `msg-…` for messages that belong to none' }),
    title: text.meta({ description: 'What was asked: `POST /servers`, or the first method' }),
    operation: text.exactOptional(),
    started_at_ms: number.meta({ description: 'Milliseconds since 1970' }),
    duration_ms: number,
    outcome: z.enum(['open', 'done', 'failed']),
    why: text.exactOptional().meta({ description: 'Why it did not go well' }),
    hop_count: number,
    services: texts,
    instance_uuids: texts,
    is_partial: z.boolean().meta({ description: 'A part was forgotten for want of memory' }),
  })
  .meta({ id: 'FlowSummary' }) satisfies z.ZodType<FlowSummary>;

const hop = z
  .object({
    id: number.meta({ description: 'Number of the message: `/api/messages/{id}`' }),
    kind: z.enum(['call', 'cast', 'fanout', 'reply', 'heartbeat', 'notification', 'other']),
    from: text,
    to: text,
    exchange: text,
    routing_key: text,
    queues: texts,
    method: text.exactOptional(),
    namespace: text.exactOptional(),
    version: text.exactOptional(),
    msg_id: text.exactOptional(),
    unique_id: text.exactOptional(),
    instance_uuid: text.exactOptional(),
    outcome: z.enum(['sent', 'queued', 'running', 'delivered', 'answered', 'failed', 'timed out', 'lost']),
    why: text,
    t_ms: number.meta({ description: 'Since the first thing seen of the flow' }),
    delivered_t_ms: number.exactOptional(),
    ended_t_ms: number.exactOptional(),
    copies: z
      .array(z.object({ lane: text, queue: text, delivered_t_ms: number.exactOptional() }))
      .exactOptional()
      .meta({ description: 'Who got a copy of a fanout' }),
    pair_id: number.exactOptional().meta({ description: 'The reply of a call, the call of a reply' }),
    error: text.exactOptional(),
  })
  .meta({ id: 'FlowHop' }) satisfies z.ZodType<FlowHop>;

const mark = z
  .object({
    id: number,
    kind: z.enum(['http', 'state', 'verdict', 'fault', 'note']),
    lane: text,
    t_ms: number,
    text,
    instance_uuid: text.exactOptional(),
  })
  .meta({ id: 'FlowMark' }) satisfies z.ZodType<FlowMark>;

const lane = z
  .object({ id: text, service: text, host: text.exactOptional() })
  .meta({ id: 'Lane' }) satisfies z.ZodType<Lane>;

export const flow = flowSummary
  .extend({ lanes: z.array(lane), hops: z.array(hop), marks: z.array(mark) })
  .meta({ id: 'Flow' }) satisfies z.ZodType<Flow>;

export const comparison = z
  .object({
    a: flow,
    b: flow,
    rows: z.array(
      z.object({
        kind: z.enum(['same', 'differs', 'moved', 'only a', 'only b']),
        a: hop.exactOptional(),
        b: hop.exactOptional(),
        later_ms: number.exactOptional(),
      }),
    ),
    same: number,
    moved: number,
    only_a: number,
    only_b: number,
    parts_at: number.exactOptional().meta({ description: 'The first row where they part' }),
  })
  .meta({ id: 'Comparison' }) satisfies z.ZodType<FlowComparison & { readonly a: Flow; readonly b: Flow }>;

export const log = z
  .object({
    lines: z.array(
      z.object({
        at_ms: number.meta({ description: 'Milliseconds since 1970, by the clock of who logged it' }),
        level: text,
        service: text,
        host: text,
        says: text.meta({ description: 'What happened, to which message, and whatever else the line says' }),
        kind: text.exactOptional(),
        method: text.exactOptional(),
        exchange: text.exactOptional(),
        routing_key: text.exactOptional(),
        msg_id: text.exactOptional(),
        stack: text.exactOptional().meta({ description: 'Where the error was thrown' }),
      }),
    ),
  })
  .meta({ id: 'Log' }) satisfies z.ZodType<{ readonly lines: readonly LogLine[] }>;

export const flowList = z.object({ flows: z.array(flowSummary) });

/** Decoded bodies are whatever travelled; the rest is named. */
export const message = z
  .looseObject({
    id: number,
    request_id: text,
    exchange: text,
    routing_key: text,
    properties: z.record(text, z.unknown()),
    headers: z.record(text, z.unknown()),
    bytes: number.meta({ description: 'Length of the body as it travelled' }),
    is_cut: z.boolean(),
    body: text.meta({ description: 'The body as text, secrets masked' }),
    message: z.unknown().optional().meta({ description: 'The message inside its envelope, decoded' }),
    published_at_ms: number,
  })
  .meta({ id: 'Message' });
