import type { Lane } from './flow.ts';
import type { WhoIsWho } from './who-is-who.ts';

/** The lane of the server of a topic. Hosts of compute are told apart always, others where there are several. */
export function laneOfServer(topic: string, server: string | undefined, who: WhoIsWho): string {
  if (server === undefined || topic === server) return topic;
  return topic === PER_HOST || serversOf(topic, who).size > 1 ? `${topic}.${server}` : topic;
}

/**
 * The lane of who is behind a connection: by the queues that its process consumes, else by its program's name, else by its
 * user's. `seen` are lanes of the flow, latest first: a process that serves several hosts is the one that the flow was at.
 */
export function laneOfConnection(
  connection: string,
  user: string | undefined,
  who: WhoIsWho,
  seen: readonly string[],
): string {
  const lanes = who.concluded('lanes', connection, () => lanesAt(connection, user, who));
  const [first = UNKNOWN_LANE] = lanes;
  if (lanes.size === 1) return first;
  return seen.find((lane) => lanes.has(lane)) ?? `${laneNamed(first).service}.${UNKNOWN_LANE}`;
}

/** The lanes that a process may be, at least one. */
function lanesAt(connection: string, user: string | undefined, who: WhoIsWho): ReadonlySet<string> {
  const peer = who.peer(connection);
  const program = peer?.program?.split(':')[0];
  const owner = peer?.user ?? user;
  const served = serversIn(who.queuesOf(connection));
  const [anyTopic] = served.keys();
  const topic = serviceNamed(program) ?? serviceNamed(owner) ?? anyTopic;
  if (topic === undefined) return new Set([program ?? userOf(owner) ?? UNKNOWN_LANE]);
  const lanes = new Set([...(served.get(topic) ?? [])].map((server) => laneOfServer(topic, server, who)));
  return lanes.size === 0 ? new Set([topic]) : lanes;
}

/** Nobody is guessed. */
export const UNKNOWN_LANE = '?';

/** `compute.h3` is host h3 of compute. */
export function laneNamed(id: string): Lane {
  const dot = id.indexOf('.');
  return dot === -1 ? { id, service: id } : { id, service: id.slice(0, dot), host: id.slice(dot + 1) };
}

const PER_HOST = 'compute';
const SERVICES: ReadonlySet<string> = new Set(['api', 'scheduler', 'conductor', 'compute', 'network', 'observer']);

/** `nova-compute`, `nova-compute2` and `compute` are all compute. */
function serviceNamed(name: string | undefined): string | undefined {
  const match = /^(?:nova[-_])?([a-z]+)\d*$/.exec(name ?? '');
  const service = match?.[1];
  return service !== undefined && (SERVICES.has(service) || name?.startsWith('nova-')) ? service : undefined;
}

function userOf(user: string | undefined): string | undefined {
  return user === undefined || user === 'guest' ? undefined : user;
}

/** Which server of which topic somebody is, by the queues that it consumes. */
function serversIn(queues: Iterable<string>): ReadonlyMap<string, ReadonlySet<string>> {
  const served = new Map<string, Set<string>>();
  for (const queue of queues) {
    const dot = queue.indexOf('.');
    if (dot <= 0 || NOT_SERVED.test(queue)) continue;
    const topic = queue.slice(0, dot);
    served.set(topic, (served.get(topic) ?? new Set()).add(queue.slice(dot + 1)));
  }
  return served;
}

const NOT_SERVED = /^(reply_|amq[.]|(versioned_)?notifications[.])|_fanout_/;

function serversOf(topic: string, who: WhoIsWho): ReadonlySet<string> {
  const served = who.concluded('served', 'everywhere', () => {
    const queues = who.state?.queues.filter(({ consumers }) => consumers > 0);
    return serversIn((queues ?? []).map(({ name }) => name));
  });
  return served.get(topic) ?? NOBODY;
}

const NOBODY: ReadonlySet<string> = new Set();
