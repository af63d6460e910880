import { LAB_ACTIONS, LAB_KINDS, LAB_SIDES } from '@novasim/rpcapi';
import { z } from 'zod';
import type { LabView } from './lab-view.ts';

const text = z.string();
const number = z.number();
const at_ms = number.meta({ description: 'Milliseconds since 1970' });

const rule = z.object({
  id: text,
  action: z.enum(LAB_ACTIONS),
  delay_ms: number.exactOptional(),
  times: number.meta({ description: 'For how many messages it is still' }),
  match: z.object({
    side: z.enum(LAB_SIDES),
    service: text.exactOptional(),
    topic: text.exactOptional(),
    method: text.exactOptional(),
    kind: z.enum(LAB_KINDS).exactOptional(),
    server: text.exactOptional(),
  }),
  services: z.array(text).meta({ description: 'Who has it' }),
});

const held = z.object({
  id: text,
  rule_id: text,
  action: z.enum(['hold', 'delay']),
  held_ms: at_ms,
  due_ms: at_ms.meta({ description: 'When it goes on by itself; milliseconds since 1970' }),
  by: text.meta({ description: 'The service that holds it' }),
  side: z.enum(LAB_SIDES),
  kind: z.enum(LAB_KINDS),
  topic: text.exactOptional(),
  server: text.exactOptional(),
  method: text.exactOptional(),
  exchange: text,
  routing_key: text,
  msg_id: text.exactOptional(),
  request_id: text.exactOptional(),
  instance_uuid: text.exactOptional(),
});

/** What `/api/lab` answers. */
export const labSchema = z
  .object({
    services: z.array(
      z.object({
        name: text.meta({ description: '`<service>.<host>`' }),
        service: text,
        host: text,
        pid: number,
        seen_ms: at_ms,
        is_silent: z.boolean().meta({ description: 'It did not answer for a while' }),
      }),
    ),
    rules: z.array(rule),
    held: z.array(held),
    hypervisors: z.array(
      z.object({ host: text, service: text, slow_ms: number, fail_next: number, fail_rate: number }),
    ),
    processes: z.array(z.object({ service: text, pid: number.nullable(), is_own: z.boolean() })),
  })
  .meta({ id: 'Lab' }) satisfies z.ZodType<LabView>;
