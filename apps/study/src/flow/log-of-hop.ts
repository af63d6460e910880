import type { Flow, FlowHop, LogLine } from '@novasim/trace';

/**
 * What the services logged of one message, of all that they logged of its request. A call has an id that its lines bear; of casts
 * that look alike a line belongs to the one that is nearest in time. A reply is a part of its call.
 */
export function logOfHop(hop: FlowHop, flow: Flow, lines: readonly LogLine[]): readonly LogLine[] {
  const asked = hop.kind === 'reply' ? flow.hops.find(({ id }) => id === hop.pair_id) : hop;
  if (asked === undefined) return [];
  if (asked.msg_id !== undefined) return lines.filter(({ msg_id }) => msg_id === asked.msg_id);
  const alike = flow.hops.filter((other) => areAlike(other, asked));
  return lines.filter((line) => areAlike(line, asked) && nearest(alike, line.at_ms - flow.started_at_ms) === asked);
}

type Named = Pick<LogLine, 'kind' | 'method' | 'exchange' | 'routing_key'>;

function areAlike(one: Named, other: Named): boolean {
  return (
    one.kind === other.kind &&
    one.method === other.method &&
    one.exchange === other.exchange &&
    one.routing_key === other.routing_key
  );
}

function nearest(hops: readonly FlowHop[], t_ms: number): FlowHop | undefined {
  const [first, ...others] = hops;
  return others.reduce(
    (best, hop) => (best !== undefined && Math.abs(best.t_ms - t_ms) <= Math.abs(hop.t_ms - t_ms) ? best : hop),
    first,
  );
}
