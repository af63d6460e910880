/** What is declared on a virtual host, in the words of RabbitMQ's management API; without what every virtual host has. */
export interface BusTopology {
  readonly exchanges: readonly TopologyExchange[];
  readonly queues: readonly TopologyQueue[];
  readonly bindings: readonly TopologyBinding[];
}

export type TopologyArguments = Readonly<Record<string, unknown>>;

export interface TopologyExchange {
  readonly name: string;
  readonly type: string;
  readonly durable: boolean;
  readonly auto_delete: boolean;
  readonly internal: boolean;
  readonly arguments: TopologyArguments;
}

export interface TopologyQueue {
  readonly name: string;
  readonly type: string;
  readonly durable: boolean;
  readonly auto_delete: boolean;
  readonly exclusive: boolean;
  readonly arguments: TopologyArguments;
}

export interface TopologyBinding {
  readonly source: string;
  readonly destination: string;
  readonly destination_type: string;
  readonly routing_key: string;
  readonly arguments: TopologyArguments;
}

interface Listed {
  readonly exchanges: readonly object[];
  readonly queues: readonly object[];
  readonly bindings: readonly object[];
}

/** Brings both brokers' lists into one form: sorted, without predeclared exchanges, and with the queue type said once. */
export function normalTopology({ exchanges, queues, bindings }: Listed): BusTopology {
  return {
    exchanges: (exchanges as readonly TopologyExchange[])
      .filter(({ name }) => name !== '' && !name.startsWith('amq.'))
      .map(({ name, type, durable, auto_delete, internal, arguments: args }) => ({
        name,
        type,
        durable,
        auto_delete,
        internal,
        arguments: args,
      }))
      .toSorted(by(({ name }) => name)),
    queues: (queues as readonly TopologyQueue[])
      .map(({ name, type, durable, auto_delete, exclusive, arguments: args }) => ({
        name,
        type,
        durable,
        auto_delete,
        exclusive,
        arguments: withoutDefaultType(args),
      }))
      .toSorted(by(({ name }) => name)),
    bindings: (bindings as readonly TopologyBinding[])
      .map(({ source, destination, destination_type, routing_key, arguments: args }) => ({
        source,
        destination,
        destination_type,
        routing_key,
        arguments: args,
      }))
      .toSorted(by((binding) => `${binding.source}\0${binding.destination}\0${binding.routing_key}`)),
  };
}

/** RabbitMQ 4 writes the virtual host's default type into the arguments of a queue that was declared without one. */
function withoutDefaultType({ 'x-queue-type': type, ...rest }: TopologyArguments): TopologyArguments {
  return type === undefined || type === 'classic' ? rest : { 'x-queue-type': type, ...rest };
}

function by<T>(key: (item: T) => string): (a: T, b: T) => number {
  return (a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0);
}
