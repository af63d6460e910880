import { z } from 'zod';
import type { StatusView } from '../status-view.ts';

const text = z.string();
const number = z.number();

export const status = z
  .object({
    tap: z.object({
      state: z.enum(['connecting', 'listening', 'lost', 'none']),
      broker: text.exactOptional(),
      why: text.exactOptional(),
    }),
    management: z.object({
      state: z.enum(['unknown', 'ok', 'refused', 'unreachable']),
      url: text.exactOptional(),
      why: text.exactOptional(),
    }),
    tracing: z.object({ state: z.enum(['on', 'off', 'unknown']), was_on: z.boolean().exactOptional() }),
    problems: z.array(text).meta({ description: 'What is in the way of seeing all, in sentences' }),
    memory: z.object({
      budget_bytes: number,
      bytes: number,
      flows: number,
      messages: number,
      forgotten_flows: number,
      seen_messages: number,
    }),
    gaps: z.array(z.object({ event: z.literal('gap'), seq: number, at_ms: number, until_ms: number, why: text })),
    has_cloud_api: z.boolean().meta({ description: '`/cloud-api/…` leads to a REST API' }),
    recording: text.exactOptional().meta({ description: 'File that what is seen is written to' }),
    replay: z
      .object({ file: text, state: z.enum(['running', 'ended', 'failed']), events: number, bad_lines: number })
      .exactOptional(),
    last_event_id: text,
    now_ms: number,
  })
  .meta({ id: 'Status' }) satisfies z.ZodType<StatusView>;
