import type { FlowSummary } from '@novasim/trace';

/** The list as it is read: what is shown, newest first, and what came while it was held still. */
export interface FlowList {
  readonly shown: readonly FlowSummary[];
  /** By request id; empty unless the list is paused. */
  readonly held: ReadonlyMap<string, FlowSummary>;
  readonly isPaused: boolean;
}

/** More than this are not kept in the page; the observer has the rest. */
export const MOST_SHOWN = 5_000;

export const EMPTY_LIST: FlowList = { shown: [], held: new Map(), isPaused: false };

/** Takes what is new or has changed: into view, or aside while the list is paused. */
export function takeFlows(list: FlowList, changed: readonly FlowSummary[]): FlowList {
  if (list.isPaused) {
    const held = new Map(list.held);
    for (const flow of changed) held.set(flow.request_id, flow);
    return { ...list, held };
  }
  return { ...list, shown: merged(list.shown, changed) };
}

/** Lets go of what the observer has forgotten. */
export function dropFlows(list: FlowList, ids: ReadonlySet<string>): FlowList {
  const held = new Map([...list.held].filter(([id]) => !ids.has(id)));
  return { ...list, held, shown: list.shown.filter(({ request_id }) => !ids.has(request_id)) };
}

/** Holds the list still, or lets in what came meanwhile. */
export function pauseFlows(list: FlowList, isPaused: boolean): FlowList {
  if (isPaused === list.isPaused) return list;
  return { shown: merged(list.shown, [...list.held.values()]), held: new Map(), isPaused };
}

/** Changed ones stay where they are, new ones come in at their time. */
function merged(shown: readonly FlowSummary[], changed: readonly FlowSummary[]): readonly FlowSummary[] {
  if (changed.length === 0) return shown;
  const fresh = new Map(changed.map((flow) => [flow.request_id, flow]));
  const kept = shown.map((flow) => {
    const other = fresh.get(flow.request_id);
    if (other !== undefined) fresh.delete(flow.request_id);
    return other ?? flow;
  });
  if (fresh.size === 0) return kept;
  return [...fresh.values(), ...kept].sort((a, b) => b.started_at_ms - a.started_at_ms).slice(0, MOST_SHOWN);
}
