import type { FlowHop } from './flow.ts';
import type { HopSight } from './hop-sight.ts';
import { laneOfConnection, laneOfServer, UNKNOWN_LANE } from './lane-names.ts';
import { outcomeOf } from './outcome.ts';
import type { MessageRecord } from './record.ts';
import type { WhoIsWho } from './who-is-who.ts';
import { msSince } from './words.ts';

/** One message as a step of its flow. */
export function hopOf(record: MessageRecord, sight: HopSight): FlowHop {
  const { id, published, facts, deliveries } = record;
  const start = sight.started_at_ms;
  const call = callHopOf(record, sight);
  const from = senderOf(record, sight, call);
  const told = outcomeOf(record, sight);
  const reply = facts.kind === 'call' ? replyTo(record, sight) : undefined;
  const pair = reply?.id ?? call?.id;
  const error = facts.error ?? reply?.facts.error;
  const [instance] = facts.instance_uuids;
  return {
    id,
    kind: facts.kind,
    from,
    to: receiverOf(record, sight, call),
    exchange: published.exchange,
    routing_key: published.routing_key,
    queues: published.routed_queues ?? [...new Set(deliveries.map(({ queue }) => queue))],
    ...(facts.method !== undefined && { method: facts.method }),
    ...(facts.method === undefined && facts.event_type !== undefined && { method: facts.event_type }),
    ...(facts.about !== undefined && { about: facts.about }),
    ...(facts.namespace !== undefined && { namespace: facts.namespace }),
    ...(facts.version !== undefined && { version: facts.version }),
    ...(facts.msg_id !== undefined && { msg_id: facts.msg_id }),
    ...(facts.unique_id !== undefined && { unique_id: facts.unique_id }),
    ...(instance !== undefined && { instance_uuid: instance }),
    outcome: told.outcome,
    why: told.why,
    t_ms: msSince(start, published.at_ms),
    ...(deliveries[0] !== undefined && { delivered_t_ms: msSince(start, deliveries[0].at_ms) }),
    ...(told.ended_at_ms !== undefined && { ended_t_ms: msSince(start, told.ended_at_ms) }),
    ...(facts.kind === 'fanout' && { copies: copiesOf(record, sight) }),
    ...(pair !== undefined && { pair_id: pair }),
    ...(error !== undefined && { error }),
  };
}

/** The reply that ended a call, if one was seen. */
function replyTo(call: MessageRecord, { replies }: Pick<HopSight, 'replies'>): MessageRecord | undefined {
  return replies.get(call.facts.msg_id ?? '')?.find(({ facts }) => facts.kind === 'reply');
}

function callHopOf({ facts }: MessageRecord, { hops }: HopSight): FlowHop | undefined {
  if (facts.kind !== 'reply' && facts.kind !== 'heartbeat') return undefined;
  return hops.findLast(({ kind, msg_id }) => kind === 'call' && msg_id === facts.msg_id);
}

function senderOf({ published, facts }: MessageRecord, { who, seen }: HopSight, call: FlowHop | undefined): string {
  const { connection, user } = published;
  if (connection !== undefined) {
    const said = facts.host === undefined ? undefined : laneOfServer('compute', facts.host, who);
    const likely = [call?.to, said].filter((lane) => lane !== undefined);
    return laneOfConnection(connection, user, who, [...likely, ...seen]);
  }
  if (facts.publisher_id !== undefined) return laneOfPublisher(facts.publisher_id, who);
  return call?.to ?? user ?? UNKNOWN_LANE;
}

/** `nova-compute:h3` of versioned notifications, `compute.h3` of the older ones. */
function laneOfPublisher(publisher: string, who: WhoIsWho): string {
  const [, service = publisher, host] = /^(?:nova-)?([^.:]+)(?:[.:](.+))?$/.exec(publisher) ?? [];
  return laneOfServer(service, host, who);
}

function receiverOf(record: MessageRecord, { who, seen }: HopSight, call: FlowHop | undefined): string {
  const { published, facts, deliveries } = record;
  const { exchange, routing_key } = published;
  if (call !== undefined) return call.from;
  if (facts.kind === 'fanout') return exchange;
  if (facts.kind === 'notification' || facts.kind === 'other') return routing_key || exchange;
  const taker = deliveries.at(-1)?.connection;
  if (facts.kind === 'reply' || facts.kind === 'heartbeat') {
    const owner = who.callerOf(routing_key) ?? taker;
    return owner === undefined ? UNKNOWN_LANE : laneOfConnection(owner, undefined, who, seen);
  }
  const dot = routing_key.indexOf('.');
  if (dot !== -1) return laneOfServer(routing_key.slice(0, dot), routing_key.slice(dot + 1), who);
  const lane = taker === undefined ? undefined : laneOfConnection(taker, undefined, who, []);
  return lane?.startsWith(`${routing_key}.`) ? lane : routing_key;
}

function copiesOf(
  { published, deliveries }: MessageRecord,
  { who, started_at_ms }: HopSight,
): NonNullable<FlowHop['copies']> {
  const queues = new Set([...(published.routed_queues ?? []), ...deliveries.map(({ queue }) => queue)]);
  return [...queues].map((queue) => {
    const delivery = deliveries.find((one) => one.queue === queue);
    const [consumer] = delivery?.connection === undefined ? who.consumersOf(queue) : [delivery.connection];
    return {
      lane:
        consumer === undefined
          ? published.exchange.replace(/_fanout$/, '')
          : laneOfConnection(consumer, undefined, who, []),
      queue,
      ...(delivery !== undefined && { delivered_t_ms: msSince(started_at_ms, delivery.at_ms) }),
    };
  });
}
