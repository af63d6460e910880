import { LAB_ACTIONS, LAB_KINDS, LAB_SIDES } from '@novasim/rpcapi';
import { z } from 'zod';

/** A name of the bus: no more than AMQP lets a queue's name have. */
const name = z.string().min(1).max(255);
const LONGEST_MS = 600_000;
const MOST_TIMES = 1_000_000;

const match = z
  .strictObject({
    side: z.enum(LAB_SIDES).describe('`publish`: kept out of the bus; `dispatch`: delivered and acknowledged, not run'),
    service: name.exactOptional().describe('Whose messages: `compute`, or one of several, `compute.box1`'),
    topic: name.exactOptional(),
    method: name.exactOptional().describe('Of a reply: the method that it answers'),
    kind: z.enum(LAB_KINDS).exactOptional().describe('Default: every request, no reply and no notification'),
    server: name.exactOptional().describe('The member that is spoken to: `compute1`'),
  })
  .describe('Which messages; what is left out fits all');

/** `POST /api/lab/rules` */
export const newRuleSchema = z
  .strictObject({
    action: z.enum(LAB_ACTIONS),
    delay_ms: z.int().min(1).max(LONGEST_MS).exactOptional().describe('Of `delay`, and of nothing else'),
    times: z.int().min(1).max(MOST_TIMES).default(1).describe('How many of the next messages that match'),
    match,
  })
  .refine(({ action, delay_ms }) => (action === 'delay') === (delay_ms !== undefined), {
    path: ['delay_ms'],
    message: 'is for delay, which needs it, and for nothing else',
  })
  .refine(({ action, match: { side } }) => action !== 'duplicate' || side === 'publish', {
    path: ['match', 'side'],
    message: 'must be publish for duplicate: a twin is made where the message is sent',
  })
  .refine(({ match: { side, kind } }) => side === 'publish' || (kind !== 'reply' && kind !== 'notification'), {
    path: ['match', 'side'],
    message: 'must be publish for replies and notifications: only requests are dispatched',
  });

/** `POST /api/lab/hypervisors/{host}`; what is left out is 0. */
export const troubleSchema = z.strictObject({
  slow_ms: z.int().min(0).max(LONGEST_MS).default(0).describe('How much longer each spawn takes'),
  fail_next: z.int().min(0).max(MOST_TIMES).default(0).describe('How many spawns fail from now on'),
  fail_rate: z.number().min(0).max(1).default(0).describe('Share of spawns that fail'),
});

/** `POST /api/lab/services/{name}/kill` */
export const killSchema = z.strictObject({
  signal: z.enum(['SIGKILL', 'SIGTERM']).default('SIGKILL').describe('At once, or as its operator would'),
});

/** Of requests that say everything in their path. */
export const emptySchema = z.strictObject({});
