import type { BusStateEvent } from '@novasim/trace';
import { isTapQueue, TAP_NAME } from '../tap/firehose-tap.ts';
import type { Unnumbered } from '../tap/trace-message.ts';
import type { ManagementApi } from './management-api.ts';

/**
 * What the broker says of itself now, cheaply: no statistics, few columns. Consumers and connections of RabbitMQ trail behind by a
 * second or two. The observer's own queue and connection are left out.
 * @throws {ManagementFault}
 */
export async function readState(api: ManagementApi): Promise<Unnumbered<BusStateEvent>> {
  const { vhost } = api;
  const [exchanges, queues, bindings, consumers, connections] = await Promise.all([
    api.get<readonly Exchange[]>(`/exchanges/${vhost}?disable_stats=true&columns=name,type`),
    api.get<readonly Queue[]>(
      `/queues/${vhost}?disable_stats=true&enable_queue_totals=true&columns=name,messages_ready,messages_unacknowledged`,
    ),
    api.get<readonly Binding[]>(`/bindings/${vhost}?columns=source,destination,destination_type,routing_key`),
    api.get<readonly Consumer[]>(`/consumers/${vhost}?columns=queue.name,channel_details.connection_name,consumer_tag`),
    api.get<readonly Connection[]>(`/vhosts/${vhost}/connections?columns=name,user,client_properties.connection_name`),
  ]);
  const byQueue = Map.groupBy(consumers, ({ queue }) => queue.name);
  return {
    event: 'state',
    at_ms: Date.now(),
    exchanges,
    queues: queues
      .filter(({ name }) => !isTapQueue(name))
      .map(({ name, messages_ready, messages_unacknowledged }) => ({
        name,
        ready: messages_ready ?? 0,
        unacknowledged: messages_unacknowledged ?? 0,
        consumers: byQueue.get(name)?.length ?? 0,
      })),
    bindings: bindings
      .filter(({ destination }) => !isTapQueue(destination))
      .map(({ source, ...binding }) => ({ exchange: source, ...binding })),
    connections: connections
      .map(({ name, user, client_properties: { connection_name: program } = {} }) => ({
        name,
        ...(program !== undefined && { program }),
        ...(user !== undefined && { user }),
      }))
      .filter(({ program }) => program !== TAP_NAME),
    consumers: consumers
      .filter(({ queue }) => !isTapQueue(queue.name))
      .map(({ queue, consumer_tag: tag, channel_details: { connection_name: connection } = {} }) => ({
        queue: queue.name,
        ...(connection !== undefined && { connection }),
        ...(tag !== undefined && { tag }),
      })),
  };
}

/** Whether two pictures differ in anything but their time. */
export function isSameState(a: Unnumbered<BusStateEvent>, b: Unnumbered<BusStateEvent>): boolean {
  return JSON.stringify({ ...a, at_ms: 0 }) === JSON.stringify({ ...b, at_ms: 0 });
}

interface Exchange {
  readonly name: string;
  readonly type: string;
}

interface Queue {
  readonly name: string;
  /** Missing while a queue is being made or moved. */
  readonly messages_ready?: number;
  readonly messages_unacknowledged?: number;
}

interface Binding {
  readonly source: string;
  readonly destination: string;
  readonly destination_type: 'queue' | 'exchange';
  readonly routing_key: string;
}

interface Consumer {
  readonly queue: { readonly name: string };
  readonly channel_details?: { readonly connection_name?: string };
  readonly consumer_tag?: string;
}

interface Connection {
  readonly name: string;
  readonly user?: string;
  readonly client_properties?: { readonly connection_name?: string };
}
