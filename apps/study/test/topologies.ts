import type { BindingState, QueueState, Topology } from '../src/bus/topology.ts';

const HEX = '0123456789abcdef0123456789abcd';

/** The bus of a small cloud: a topic with so many servers, another with one, their fanouts, a queue for replies. */
export function topologyWith({
  hosts = 3,
  waiting = {},
  isDefaultTold = true,
}: {
  readonly hosts?: number;
  /** Messages in queues that nobody consumes from, by name. */
  readonly waiting?: Readonly<Record<string, number>>;
  readonly isDefaultTold?: boolean;
} = {}): Topology {
  const servers = Array.from({ length: hosts }, (_, index) => `h${index + 1}`);
  const queues: QueueState[] = [];
  const bindings: BindingState[] = [];
  const consumers: { queue: string; program: string }[] = [];
  const add = (name: string, program: string, ways: readonly (readonly [string, string])[], readers = 1) => {
    const ready = waiting[name] ?? 0;
    const isRead = !(name in waiting);
    queues.push({ name, ready, unacknowledged: 0, consumers: isRead ? readers : 0, deliver_rate: 0.5 });
    if (isDefaultTold) ways = [['', name], ...ways];
    for (const [exchange, routing_key] of ways) {
      bindings.push({ exchange, routing_key, destination: name, destination_type: 'queue' });
    }
    for (let reader = 0; isRead && reader < readers; reader++) consumers.push({ queue: name, program });
  };
  add('compute', 'nova-compute:7:a', [['nova', 'compute']], hosts);
  for (const [index, host] of servers.entries()) {
    add(`compute.${host}`, 'nova-compute:7:a', [['nova', `compute.${host}`]]);
    add(`compute_fanout_${String(index).padStart(32, '0')}`, 'nova-compute:7:a', [['compute_fanout', 'compute']]);
  }
  add('scheduler', 'nova-scheduler:8:b', [['nova', 'scheduler']]);
  add('scheduler.box', 'nova-scheduler:8:b', [['nova', 'scheduler.box']]);
  add(`reply_${HEX}ff`, 'nova-compute:7:a', []);

  const exchange = (name: string, type: string) => ({ name, type, publish_rate: 0, bindings: 0 });
  return {
    at_ms: 1,
    exchanges: [
      exchange('', 'direct'),
      exchange('amq.topic', 'topic'),
      exchange('compute_fanout', 'fanout'),
      exchange('nova', 'topic'),
      exchange('lonely_fanout', 'fanout'),
    ],
    queues,
    bindings,
    consumers,
    dead_ends: [
      { kind: 'unbound exchange', name: 'lonely_fanout', why: 'no queue is bound to lonely_fanout' },
      ...Object.keys(waiting).map((name) => ({ kind: 'unread queue' as const, name, why: `messages wait in ${name}` })),
    ],
  };
}
