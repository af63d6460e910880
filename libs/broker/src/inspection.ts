import { type PlainValue, plain } from './codec/field-table.ts';
import type { Session } from './connection/session.ts';
import type { VirtualHost } from './vhost/virtual-host.ts';

/** One virtual host as plain data, named as RabbitMQ's management API names things. */
export interface Inspection {
  readonly vhost: string;
  readonly tracing: boolean;
  readonly exchanges: readonly InspectedExchange[];
  readonly queues: readonly InspectedQueue[];
  readonly bindings: readonly InspectedBinding[];
  readonly connections: readonly InspectedConnection[];
}

export interface InspectedExchange {
  readonly name: string;
  readonly type: string;
  readonly durable: boolean;
  readonly auto_delete: boolean;
  readonly internal: boolean;
  readonly arguments: { readonly [key: string]: PlainValue };
}

export interface InspectedQueue {
  readonly name: string;
  readonly type: string;
  readonly durable: boolean;
  readonly auto_delete: boolean;
  readonly exclusive: boolean;
  readonly arguments: { readonly [key: string]: PlainValue };
  readonly messages_ready: number;
  readonly messages_unacknowledged: number;
  readonly consumers: number;
}

export interface InspectedBinding {
  readonly source: string;
  readonly destination: string;
  readonly destination_type: 'queue' | 'exchange';
  readonly routing_key: string;
  readonly arguments: { readonly [key: string]: PlainValue };
}

export interface InspectedConnection {
  readonly name: string;
  readonly user: string;
  readonly channels: number;
  readonly client_properties: { readonly [key: string]: PlainValue };
  readonly consumers: readonly { readonly queue: string; readonly consumer_tag: string; readonly channel: number }[];
}

export function inspectVhost(vhost: VirtualHost, sessions: Iterable<Session>): Inspection {
  const exchanges = [...vhost.exchanges.values()];
  const queues = [...vhost.queues.values()];
  return {
    vhost: vhost.name,
    tracing: vhost.isTracing,
    exchanges: exchanges.map(({ name, type, isDurable, isAutoDelete, isInternal, args }) => ({
      name,
      type,
      durable: isDurable,
      auto_delete: isAutoDelete,
      internal: isInternal,
      arguments: plain(args),
    })),
    queues: queues.map((queue) => ({
      name: queue.name,
      type: queue.settings.type,
      durable: queue.isDurable,
      auto_delete: queue.isAutoDelete,
      exclusive: queue.owner !== undefined,
      arguments: plain(queue.args),
      messages_ready: queue.depth,
      messages_unacknowledged: queue.unacked,
      consumers: queue.consumers.length,
    })),
    bindings: [
      ...queues.map(
        ({ name }): InspectedBinding => ({
          source: '',
          destination: name,
          destination_type: 'queue',
          routing_key: name,
          arguments: {},
        }),
      ),
      ...exchanges.flatMap((exchange) =>
        Array.from(
          exchange.outgoing,
          ({ destination, routingKey, args }): InspectedBinding => ({
            source: exchange.name,
            destination: destination.name,
            destination_type: destination.kind,
            routing_key: routingKey,
            arguments: plain(args),
          }),
        ),
      ),
    ],
    connections: Array.from(sessions, ({ name, client, channels }) => ({
      name,
      user: client.user,
      channels: channels.size,
      client_properties: client.properties,
      consumers: [...channels.values()].flatMap(({ number, consumers }) =>
        Array.from(consumers.values(), ({ tag, queue }) => ({ queue: queue.name, consumer_tag: tag, channel: number })),
      ),
    })),
  };
}
