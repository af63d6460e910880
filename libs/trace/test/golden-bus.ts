import type { BusEvent, BusStateEvent, PublishedEvent } from '../src/bus-event.ts';

/** One operation of a real Nova (26.2.2, Zed) as a broker's firehose recorded it; the files of `golden/`. */
export interface Recording {
  readonly operation: string;
  readonly messages: readonly RecordedMessage[];
  /** Services that were not there: their queues were, without a consumer. */
  readonly dead?: readonly string[];
}

export interface RecordedMessage {
  readonly seq: number;
  readonly t_ms: number;
  readonly kind: 'call' | 'cast' | 'fanout' | 'reply' | 'notification';
  /** Who published it: `nova-compute2`. */
  readonly from: string;
  readonly exchange: string;
  readonly routing_key: string;
  readonly queues: readonly string[];
  readonly method?: string;
  readonly namespace?: string;
  readonly version?: string;
  readonly args?: unknown;
  readonly reply_q?: string;
  /** Seconds between heartbeats of a monitored call. */
  readonly timeout?: number;
  readonly reply_to_seq?: number;
  readonly reply_to?: string;
  readonly result?: unknown;
  readonly failure?: { readonly class: string; readonly module: string; readonly message: string };
  readonly event_type?: string;
  readonly publisher_id?: string;
  readonly priority?: string;
  readonly payload?: unknown;
  readonly request_id: string;
}

/**
 * A recording as a bus would carry it and a tap would tell it: what the broker says of itself, then each message in oslo's
 * envelope with its ids, context, properties and deliveries. Numbers of messages count on from `firstSeq`.
 */
export function busEventsOf(recording: Recording, start_ms: number, firstSeq = 1): readonly BusEvent[] {
  let seq = firstSeq;
  const next = () => seq++;
  const events: BusEvent[] = [busOf(recording, start_ms, next())];
  for (const message of recording.messages) {
    const published = publishedOf(recording, message, start_ms, next());
    events.push(published);
    for (const queue of published.routed_queues ?? []) {
      const taker = takerOf(queue, recording);
      if (taker === undefined) continue; // it waits there, as notifications do in that deployment
      events.push({
        event: 'delivered',
        seq: next(),
        at_ms: published.at_ms,
        queue,
        is_redelivered: false,
        connection: connectionOf(taker),
        message_key: idOf(recording, 'unique', message.seq),
      });
    }
  }
  return events;
}

/** The request id of a recording (`req-1`, `bg-3`) as its messages carry it. */
export function requestIdOf({ operation }: Recording, requestId: string): string {
  return `${requestId}-of-${operation}`;
}

function publishedOf(recording: Recording, message: RecordedMessage, start_ms: number, seq: number): PublishedEvent {
  const inner = JSON.stringify(innerOf(recording, message)).replace(/<id-(\d+)>/g, (_, n: string) => uuidOf(Number(n)));
  const body = JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': inner });
  const isMonitored = message.timeout !== undefined;
  return {
    event: 'published',
    seq,
    at_ms: start_ms + message.t_ms,
    exchange: message.exchange,
    routing_key: queueOf(message.routing_key, 0),
    routed_queues: message.queues.map(queueOf),
    connection: connectionOf(message.from),
    user: message.from,
    properties: {
      content_type: 'application/json',
      content_encoding: 'utf-8',
      delivery_mode: 2,
      priority: 0,
      ...(message.kind === 'call' && { expiration: isMonitored ? '1800000' : '60000' }),
    },
    body,
    bytes: body.length,
  };
}

function innerOf(recording: Recording, message: RecordedMessage): Readonly<Record<string, unknown>> {
  const { kind, seq, method, namespace, version, args, reply_q, timeout, failure, payload } = message;
  const _unique_id = idOf(recording, 'unique', seq);
  const context = { _context_request_id: requestIdOf(recording, message.request_id) };
  if (kind === 'reply') {
    const text = failure === undefined ? null : JSON.stringify({ ...failure, tb: [], args: [], kwargs: {} });
    const _msg_id = idOf(recording, 'call', message.reply_to_seq ?? 0);
    return { result: message.result ?? null, failure: text, ending: true, _msg_id, _unique_id };
  }
  if (kind === 'notification') {
    const { event_type, publisher_id, priority } = message;
    return { message_id: uuidOf(seq), publisher_id, event_type, priority, payload, _unique_id, ...context };
  }
  return {
    method,
    args: objects(args ?? {}),
    ...(namespace !== undefined && { namespace }),
    version,
    ...(reply_q !== undefined && {
      _msg_id: idOf(recording, 'call', seq),
      _reply_q: queueOf(reply_q, 0),
      _timeout: timeout ?? null,
    }),
    _unique_id,
    ...context,
  };
}

/** The recordings cut Nova's objects to name, version and changes (`Instance 2.7`): here they are objects of its wire again. */
function objects(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(objects);
  if (typeof value !== 'object' || value === null) return value;
  const { object, changes, ...rest } = value as { readonly object?: unknown; readonly changes?: object }; // any JSON object may have them
  const [, name, version] = /^(\w+) ([\d.]+)/.exec(typeof object === 'string' ? object : '') ?? [];
  if (name === undefined) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, objects(inner)]));
  return {
    'nova_object.name': name,
    'nova_object.namespace': 'nova',
    'nova_object.version': version,
    'nova_object.data': { ...rest, ...changes },
    'nova_object.changes': Object.keys(changes ?? {}),
  };
}

/** Who takes from a queue in the recorded deployment, if anybody. */
function takerOf(queue: string, { dead = [] }: Recording): string | undefined {
  const host = /^compute\.(compute\d+)$/.exec(queue)?.[1];
  if (host !== undefined) return dead.includes(`nova-${host}`) ? undefined : `nova-${host}`;
  const owner = /^reply_[0-9a-f]*-(nova-[a-z0-9]+)$/.exec(queue)?.[1];
  return owner ?? (/^(conductor|scheduler)/.test(queue) ? `nova-${/^[a-z]+/.exec(queue)?.[0]}` : undefined);
}

/** `reply_<nova-conductor#1>` and `scheduler_fanout_<id>` as names of queues; the nth one of a list has a name of its own. */
function queueOf(recorded: string, nth: number): string {
  return recorded
    .replace(/<(nova-[a-z0-9]+)#(\d+)>/, (_, owner: string, n: string) => `${hex(Number(n))}-${owner}`)
    .replace('<id>', hex(nth));
}

function busOf(recording: Recording, at_ms: number, seq: number): BusStateEvent {
  const { messages, dead = [] } = recording;
  const queues = [...new Set(messages.flatMap((message) => message.queues.map(queueOf)))];
  const served = [
    ...queues,
    ...PROGRAMS.keys()
      .filter((name) => /\d$/.test(name))
      .map((name) => name.replace('nova-', 'compute.')),
  ];
  const names = [...new Set([...served, 'conductor', 'conductor.vm', 'scheduler', 'scheduler.vm'])];
  return {
    event: 'state',
    seq,
    at_ms,
    exchanges: [
      { name: 'nova', type: 'topic' },
      { name: 'scheduler_fanout', type: 'fanout' },
    ],
    queues: names.map((name) => ({
      name,
      ready: 0,
      unacknowledged: 0,
      consumers: takerOf(name, recording) === undefined ? 0 : 1,
    })),
    bindings: names
      .filter((name) => !name.startsWith('reply_'))
      .map((name) => ({
        exchange: name.includes('_fanout_') ? 'scheduler_fanout' : 'nova',
        destination: name,
        destination_type: 'queue' as const,
        routing_key: name.replace(/_fanout_.*/, ''),
      })),
    connections: [...PROGRAMS]
      .filter(([user]) => !dead.includes(user))
      .map(([user, program]) => ({ name: connectionOf(user), program, user })),
    consumers: names.flatMap((queue) => {
      const taker = takerOf(queue, recording);
      return taker === undefined ? [] : [{ queue, connection: connectionOf(taker) }];
    }),
  };
}

/** What each service calls itself; the API runs in uwsgi. */
const PROGRAMS: ReadonlyMap<string, string> = new Map(
  ['nova-api', 'nova-scheduler', 'nova-conductor', 'nova-compute1', 'nova-compute2', 'nova-compute3'].map(
    (user, index) => [
      user,
      `${user === 'nova-api' ? 'uwsgi' : user.replace(/\d$/, '')}:${100 + index}:${uuidOf(index)}`,
    ],
  ),
);

function connectionOf(user: string): string {
  return `10.0.0.1:${5000 + [...PROGRAMS.keys()].indexOf(user)} -> 10.0.0.9:5672`;
}

function idOf({ operation }: Recording, of: string, seq: number): string {
  return `${of}-${operation}-${seq}`;
}

function uuidOf(n: number): string {
  return `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}

function hex(n: number): string {
  return n.toString(16).padStart(8, '0');
}
