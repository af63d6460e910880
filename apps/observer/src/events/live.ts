import { labView } from '../lab/lab-view.ts';
import type { ObserverLab } from '../lab/open-lab.ts';
import type { Observation } from '../observation.ts';
import { topologyOf } from '../state/topology.ts';
import type { Status } from '../status.ts';
import { EventStream } from './event-stream.ts';
import type { StreamEvent } from './stream-event.ts';

/** A flow that is open is looked at again, because time alone fails calls. */
const LOOK_AGAIN_MS = 1_000;
const MOST_OPEN = 1_000;
const TRAILS_MS = 15_000;

/** The live side of an observation: what changes in it, as server-sent events. */
export interface Live extends Disposable {
  readonly stream: EventStream;
}

/**
 * Events: `flow` (a summary that is new or different), `forgotten`, `state` (the topology), `log` (lines of a request came), `gap`,
 * `status`, `lab` where there is one. A flow's summary is made when it is sent.
 */
export function startLive(
  observation: Observation,
  status: Status,
  greeting: () => unknown,
  lab?: Pick<ObserverLab, 'desk' | 'onChange'>,
): Live {
  /** Flows that were open when they were told of, with what was told. */
  const open = new Map<string, string>();

  const tellFlow = (id: string): StreamEvent => {
    const flow = observation.store.flow(id, observation.nowMs);
    open.delete(id);
    if (flow === undefined) return { type: 'forgotten', data: { request_id: id } };
    const { lanes: _, hops: __, marks: ___, ...summary } = flow;
    if (summary.outcome === 'open' && open.size < MOST_OPEN) open.set(id, summary.why ?? '');
    return { type: 'flow', data: summary };
  };

  const stream = new EventStream({
    greeting,
    tell(key) {
      const at = key.indexOf(':');
      const [kind, id] = at === -1 ? [key, ''] : [key.slice(0, at), key.slice(at + 1)];
      if (kind === 'flow') return tellFlow(id);
      if (kind === 'log') return { type: 'log', data: { request_id: id } };
      if (kind === 'state') {
        return { type: 'state', data: topologyOf(observation.state, observation.rates, observation.nowMs) };
      }
      if (kind === 'gap') return { type: 'gap', data: observation.store.gaps().find(({ seq }) => seq === Number(id)) };
      if (kind === 'lab') return { type: 'lab', data: labView(lab?.desk?.services ?? []) };
      return { type: 'status', data: greeting() };
    },
  });

  /** When flows changed last. The broker names those who take part in them, and RabbitMQ's lists trail behind. */
  const fresh = new Map<string, number>();
  const listening = observation.subscribe((event, { trace: change, logged = [] }) => {
    for (const id of logged) stream.note(`log:${id}`);
    for (const id of change?.flows ?? []) {
      stream.note(`flow:${id}`);
      fresh.delete(id);
      fresh.set(id, event.at_ms);
      const [oldest] = fresh.size > MOST_OPEN ? fresh.keys() : [];
      if (oldest !== undefined) fresh.delete(oldest);
    }
    for (const id of change?.forgotten ?? []) stream.note(`flow:${id}`);
    if (change?.isState) {
      stream.note('state');
      for (const [id, atMs] of fresh) {
        if (event.at_ms - atMs > TRAILS_MS) fresh.delete(id);
        else stream.note(`flow:${id}`);
      }
    }
    if (event.event === 'gap') stream.note(`gap:${event.seq}`);
  });
  status.onChange(() => stream.note('status'));
  lab?.onChange(() => stream.note('lab'));

  const timer = setInterval(() => {
    if (stream.readers === 0) open.clear();
    for (const [id, why] of open) {
      const flow = observation.store.flow(id, observation.nowMs);
      if (flow === undefined || flow.outcome !== 'open' || (flow.why ?? '') !== why) stream.note(`flow:${id}`);
    }
  }, LOOK_AGAIN_MS);

  return {
    stream,
    [Symbol.dispose]() {
      clearInterval(timer);
      listening[Symbol.dispose]();
      stream[Symbol.dispose]();
    },
  };
}
