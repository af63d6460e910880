import type { Flow, FlowHop } from '@novasim/flows';
import type { Firehose, FirehoseRecord } from '@novasim/testkit';
import { type Hop, readHop } from '@novasim/trace';

/** When the broker takes a message of a flow: the nth request, or the reply to it. */
export interface Moment {
  readonly nth: number;
  readonly at: 'request' | 'reply';
  readonly hop: FlowHop;
}

/** Every moment of a flow, or of some of its hops (`to` not included). */
export function momentsOf({ hops }: Flow, [from, to]: readonly [number, number] = [0, hops.length]): readonly Moment[] {
  return hops.flatMap((hop, nth) => {
    if (nth < from || nth >= to) return [];
    return (hop.kind === 'call' ? (['request', 'reply'] as const) : (['request'] as const)).map((at) => ({
      nth,
      at,
      hop,
    }));
  });
}

const DEADLINE_MS = 20_000;

/** Resolves when the broker is seen to take the message, counted from now. One flow at a time travels on the bus. */
export async function whenItComes(firehose: Firehose, { hops }: Flow, { nth, at }: Moment): Promise<void> {
  const methods: ReadonlySet<string> = new Set(hops.map((hop) => hop.method));
  const come = Promise.withResolvers<void>();
  const [first] = hops;
  let requests = 0;
  let wanted: Hop | undefined;
  using _ = firehose.subscribe((record) => {
    const hop = record.kind === 'publish' ? hopOf(record) : undefined;
    // The firehose trails behind: what comes before the first message of the flow is of the one before.
    const isOurs =
      hop?.method !== undefined && methods.has(hop.method) && (requests > 0 || hop.method === first?.method);
    if (isOurs && requests++ === nth) wanted = hop;
    if (hop === undefined || wanted === undefined) return;
    if (at === 'request' ? hop === wanted : hop.kind === 'reply' && hop.msg_id === wanted.msg_id) come.resolve();
  });
  const timer = setTimeout(() => {
    come.reject(
      new Error(
        `${requests} requests of the flow within ${DEADLINE_MS} ms, the ${at} of number ${nth + 1} was waited for`,
      ),
    );
  }, DEADLINE_MS);
  try {
    await come.promise;
  } finally {
    clearTimeout(timer);
  }
}

function hopOf(record: FirehoseRecord): Hop | undefined {
  return readHop({
    exchange: record.exchange,
    routing_key: record.routing_key,
    body: record.body.toString('utf8'),
    at_ms: record.at,
  });
}
