import { bootClassic, bootNoValidHostClassic, type ClassicFlow as KnownFlow } from '@novasim/flows';
import type { Flow, FlowHop, FlowMark, FlowSummary, HopOutcome } from '@novasim/trace';

/** A request as an observer would serve it, made from a known flow: calls are answered 2 ms after they arrive. */
export function recorded(known: KnownFlow, id = 'req-1', options: RecordedOptions = {}): Flow {
  const { startedAtMs = Date.UTC(2026, 10, 20, 12, 10, 19, 615), breaksAt, marks = marksOf(known) } = options;
  const hops: FlowHop[] = [];
  let t = 0;
  for (const [index, asked] of known.hops.entries()) {
    const outcome = index === breaksAt?.index ? breaksAt.outcome : undefined;
    const from = laneOf(asked.from, asked.from_host);
    const to = asked.kind === 'fanout' ? `${asked.to}_fanout` : laneOf(asked.to, asked.to_host);
    t += asked.state?.startsWith('active') ? 251 : 1.5;
    const hop = {
      id: hops.length + 1,
      kind: asked.kind,
      from,
      to,
      exchange: asked.kind === 'fanout' ? to : 'nova',
      routing_key: asked.kind === 'fanout' ? '' : to,
      queues: asked.kind === 'fanout' ? [`${to}_1`, `${to}_2`] : [to],
      method: asked.method,
      version: '1.0',
      unique_id: `u${index}`,
      t_ms: t,
      ...(asked.kind === 'fanout' && {
        copies: [1, 2].map((host) => ({
          lane: `${asked.to}.h${host}`,
          queue: `${to}_${host}`,
          delivered_t_ms: t + 0.4,
        })),
      }),
    } as const;
    if (outcome !== undefined) {
      hops.push({ ...hop, outcome, why: breaksAt?.why ?? '' });
      break;
    }
    const delivered_t_ms = t + 0.4;
    if (asked.kind !== 'call') {
      hops.push({ ...hop, outcome: 'delivered', why: `taken from ${to} after 0.4 ms`, delivered_t_ms });
      continue;
    }
    t += 2;
    const msg_id = `m${index}`;
    const reply_id = hop.id + 1;
    const answered = { outcome: 'answered', why: 'answered after 2.0 ms', msg_id, pair_id: reply_id } as const;
    hops.push({ ...hop, ...answered, delivered_t_ms, ended_t_ms: t });
    hops.push({
      id: reply_id,
      kind: 'reply',
      from: to,
      to: from,
      exchange: '',
      routing_key: `reply_${from}`,
      queues: [`reply_${from}`],
      msg_id,
      outcome: 'delivered',
      why: 'taken by the caller after 0.3 ms',
      t_ms: t,
      delivered_t_ms: t + 0.3,
      pair_id: hop.id,
    });
  }
  const lanes = [
    ...new Set(hops.flatMap(({ from, to, copies }) => [from, ...(copies?.map(({ lane }) => lane) ?? [to])])),
  ];
  const isBroken = breaksAt !== undefined || known.outcome === 'ERROR';
  return {
    request_id: id,
    title: known.trigger,
    operation: known.name,
    started_at_ms: startedAtMs,
    duration_ms: t,
    outcome: isBroken ? 'failed' : 'done',
    ...(isBroken && { why: breaksAt?.why ?? 'NoValidHost: No valid host was found.' }),
    hop_count: hops.length,
    services: [...new Set(lanes.map((lane) => lane.split('.')[0] ?? lane))],
    instance_uuids: ['6f70656e-7374-4163-8b21-000000000001'],
    is_partial: false,
    lanes: lanes.map((lane) => {
      const [service = lane, host] = lane.split('.');
      return { id: lane, service, ...(host !== undefined && { host }) };
    }),
    hops,
    marks: breaksAt === undefined ? marks : marks.filter(({ t_ms }) => t_ms <= t),
  };
}

export interface RecordedOptions {
  readonly startedAtMs?: number;
  /** The hop at which the flow ends, counted in the known flow from 0. */
  readonly breaksAt?: { readonly index: number; readonly outcome: HopOutcome; readonly why: string };
  readonly marks?: readonly FlowMark[];
}

/** A boot that ended well, and one for which no host was left. */
export const boot: Flow = recorded(bootClassic, 'req-5d3b1f0e-6c1c-4a53-9d4e-b7a1d0c1f001');
export const noValidHost: Flow = recorded(bootNoValidHostClassic, 'req-5d3b1f0e-6c1c-4a53-9d4e-b7a1d0c1f002', {
  marks: [
    { id: 9_001, kind: 'http', lane: 'api', t_ms: 0, text: 'POST /servers' },
    { id: 9_002, kind: 'verdict', lane: 'scheduler', t_ms: 3, text: 'no host of 2: RamFilter dropped 2' },
    { id: 9_003, kind: 'fault', lane: 'scheduler', t_ms: 4, text: 'NoValidHost: No valid host was found.' },
  ],
});

/** The line of the list. */
export function summaryOf({ lanes: _, hops: __, marks: ___, ...summary }: Flow): FlowSummary {
  return summary;
}

/** As many requests as wanted, each begun a second before the one above it. */
export function manySummaries(count: number): readonly FlowSummary[] {
  return Array.from({ length: count }, (_, index) => {
    const flow = index % 7 === 3 ? noValidHost : boot;
    return { ...summaryOf(flow), request_id: `req-${index}`, started_at_ms: flow.started_at_ms - index * 1_000 };
  });
}

/** One request of very many hops. */
export function longFlow(hopCount: number): Flow {
  const once = boot.hops.length;
  const hops = Array.from({ length: Math.ceil(hopCount / once) }, (_, round) =>
    boot.hops.map((hop) => ({
      ...hop,
      id: hop.id + round * once,
      t_ms: hop.t_ms + round * boot.duration_ms,
      ...(hop.delivered_t_ms !== undefined && { delivered_t_ms: hop.delivered_t_ms + round * boot.duration_ms }),
      ...(hop.ended_t_ms !== undefined && { ended_t_ms: hop.ended_t_ms + round * boot.duration_ms }),
      ...(hop.pair_id !== undefined && { pair_id: hop.pair_id + round * once }),
    })),
  ).flat();
  return { ...boot, request_id: 'req-long', hops: hops.slice(0, hopCount), hop_count: hopCount, marks: [] };
}

function laneOf(service: string, host: number | undefined): string {
  return service === 'compute' ? `compute.compute${host ?? 1}` : service;
}

function marksOf(known: KnownFlow): readonly FlowMark[] {
  const states = known.hops.flatMap(({ state }, index) => (state === undefined ? [] : [{ state, index }]));
  return [
    { id: 9_001, kind: 'http', lane: 'api', t_ms: 0, text: `202 ${known.trigger}` },
    { id: 9_002, kind: 'verdict', lane: 'scheduler', t_ms: 2.2, text: 'compute1 of 2 hosts' },
    ...states.map(({ state, index }) => ({
      id: 9_010 + index,
      kind: 'state' as const,
      lane: 'conductor',
      t_ms: 1.5 * (index + 1) + 2 * (index - 3) + (state.startsWith('active') ? 249.5 : 0) + 1,
      text: state,
    })),
  ];
}
