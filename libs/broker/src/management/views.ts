import type { Inspection } from '../inspection.ts';

/** A thing as RabbitMQ's management API shows it. */
export type View = Readonly<Record<string, unknown>>;

export function vhostView({ vhost, tracing }: Inspection): View {
  return {
    name: vhost,
    description: '',
    tags: [],
    default_queue_type: 'classic',
    metadata: { description: '', tags: [] },
    tracing,
  };
}

export function exchangeViews({ vhost, exchanges }: Inspection): readonly View[] {
  return exchanges.map((exchange) => ({ ...exchange, vhost })).toSorted(byName);
}

export function queueViews({ vhost, queues }: Inspection): readonly View[] {
  return queues
    .map((queue) => ({
      ...queue,
      vhost,
      messages: queue.messages_ready + queue.messages_unacknowledged,
      state: 'running',
    }))
    .toSorted(byName);
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

export function bindingViews({ vhost, bindings }: Inspection): readonly View[] {
  return bindings.map((binding) => ({ ...binding, vhost, properties_key: binding.routing_key || '~' }));
}

export function consumerViews({ vhost, connections }: Inspection): readonly View[] {
  return connections.flatMap(({ name, user, consumers }) =>
    consumers.map(({ queue, consumer_tag, channel }) => ({
      consumer_tag,
      queue: { name: queue, vhost },
      channel_details: { connection_name: name, name: `${name} (${channel})`, number: channel, user },
    })),
  );
}

export function connectionViews({ vhost, connections }: Inspection): readonly View[] {
  return connections.map(({ name, user, channels, client_properties }) => ({
    name,
    vhost,
    user,
    channels,
    client_properties,
    protocol: 'AMQP 0-9-1',
    state: 'running',
  }));
}

/** The totals of all virtual hosts, and who we are. */
export function overviewView(node: string, all: readonly Inspection[]): View {
  const total = (count: (vhost: Inspection) => number) => all.reduce((sum, vhost) => sum + count(vhost), 0);
  return {
    product_name: 'novasim broker',
    product_version: '0.1.0',
    rabbitmq_version: '0.1.0',
    node,
    object_totals: {
      channels: total(({ connections }) => connections.reduce((sum, { channels }) => sum + channels, 0)),
      connections: total(({ connections }) => connections.length),
      consumers: total((vhost) => consumerViews(vhost).length),
      exchanges: total(({ exchanges }) => exchanges.length),
      queues: total(({ queues }) => queues.length),
    },
  };
}

/** Only the named columns, as `?columns=name,queue.name` asks; lists and what is no object stay as they are. */
export function onlyColumns(view: View, columns: readonly string[]): View {
  if (columns.length === 0) return view;
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(view)) {
    if (columns.includes(name)) kept[name] = value;
    const below = columns
      .filter((column) => column.startsWith(`${name}.`))
      .map((column) => column.slice(name.length + 1));
    if (!(name in kept) && below.length > 0 && isView(value)) kept[name] = onlyColumns(value, below);
  }
  return kept;
}

function isView(value: unknown): value is View {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
