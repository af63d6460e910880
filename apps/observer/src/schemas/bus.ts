import type { CloudView } from '@novasim/trace';
import { z } from 'zod';
import type { RouteView } from '../state/route.ts';
import type { TopologyView } from '../state/topology.ts';

const text = z.string();
const number = z.number();

export const topology = z
  .object({
    at_ms: number.meta({ description: 'When the broker said so; 0 while it has said nothing' }),
    exchanges: z.array(
      z.object({
        name: text,
        type: text,
        publish_rate: number.meta({ description: 'Messages a second over the last five' }),
        bindings: number,
      }),
    ),
    queues: z.array(
      z.object({ name: text, ready: number, unacknowledged: number, consumers: number, deliver_rate: number }),
    ),
    bindings: z.array(
      z.object({
        exchange: text,
        destination: text,
        destination_type: z.enum(['queue', 'exchange']),
        routing_key: text,
      }),
    ),
    consumers: z.array(
      z.object({
        queue: text,
        connection: text.exactOptional(),
        program: text.exactOptional(),
        tag: text.exactOptional(),
      }),
    ),
    connections: z.array(z.object({ name: text, program: text.exactOptional(), user: text.exactOptional() })),
    dead_ends: z.array(
      z.object({
        kind: z.enum(['unread queue', 'unbound exchange', 'ownerless reply queue']),
        name: text,
        why: text,
      }),
    ),
  })
  .meta({ id: 'Topology' }) satisfies z.ZodType<TopologyView>;

export const route = z
  .object({
    exchange: text,
    routing_key: text,
    exchange_type: text.exactOptional(),
    queues: z.array(
      z.object({
        name: text,
        via: z.array(text).meta({ description: 'Binding keys on the way, of each way there is' }),
        ready: number,
        consumers: number,
      }),
    ),
    verdict: text.meta({ description: 'What happens, in a sentence' }),
  })
  .meta({ id: 'Route' }) satisfies z.ZodType<RouteView>;

export const cloud = z
  .object({
    hosts: z.array(
      z.object({
        name: text,
        is_up: z.boolean().exactOptional().meta({ description: 'Somebody consumes from its queue' }),
        waiting: number.exactOptional().meta({ description: 'Messages in its queue' }),
        load: z
          .object({
            vcpus: number.exactOptional(),
            vcpus_used: number.exactOptional(),
            memory_mb: number.exactOptional(),
            memory_mb_used: number.exactOptional(),
            local_gb: number.exactOptional(),
            local_gb_used: number.exactOptional(),
            running_vms: number.exactOptional(),
            is_enabled: z.boolean().exactOptional(),
          })
          .exactOptional(),
        seen_at_ms: number,
      }),
    ),
    instances: z.array(
      z.object({
        uuid: text,
        name: text.exactOptional(),
        host: text.exactOptional(),
        vm_state: text.exactOptional(),
        task_state: text.exactOptional(),
        fault: text.exactOptional(),
        is_deleted: z.boolean(),
        seen_at_ms: number,
        request_id: text.exactOptional().meta({ description: 'The request that changed it last' }),
      }),
    ),
  })
  .meta({ id: 'Cloud' }) satisfies z.ZodType<CloudView>;
