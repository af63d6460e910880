import type { FlowSummary } from '@novasim/trace';
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { ask } from '../data/api.ts';
import { type Loaded, useResource } from '../data/resource.ts';
import { useLive } from '../data/use-live.ts';
import { askedOf, type Filters, passes } from './filters.ts';
import { dropFlows, EMPTY_LIST, type FlowList, pauseFlows, takeFlows } from './flow-list.ts';

/** What `/api/flows` answers. */
export interface FlowsAnswer {
  readonly flows: readonly FlowSummary[];
}

const PAGE = 200;
/** How long a search waits for more news before it asks again. */
const ASK_AGAIN_MS = 500;

/** The list of flows that pass the filters: first as the observer has it, then as it goes on. */
export function useFlowList(filters: Filters): {
  readonly list: Signal<FlowList>;
  readonly state: Loaded<FlowsAnswer>;
  readonly reload: () => void;
  readonly pause: (isPaused: boolean) => void;
  /** Fetches what is older than the last that is shown, once at a time, until there is no more. */
  readonly older: () => void;
} {
  const q = askedOf(filters);
  const path = `/api/flows?limit=${PAGE}${q && `&q=${encodeURIComponent(q)}`}`;
  const { state, reload } = useResource<FlowsAnswer>(path);
  const list = useSignal(EMPTY_LIST);
  const answer = state.value;
  const seen = useRef<unknown>(undefined);
  const oldest = useRef({ isAsking: false, isReached: false });
  const soon = useRef<ReturnType<typeof setTimeout>>(undefined);

  if (answer !== seen.current) {
    if (answer.is === 'loading') list.value = { ...EMPTY_LIST, isPaused: list.peek().isPaused };
    if (answer.is === 'ready') list.value = { ...takeAll(list.peek(), answer.value.flows) };
    if (answer.is === 'loading') oldest.current = { isAsking: false, isReached: false };
    seen.current = answer;
  }

  useLive<FlowSummary>('flow', (changed) => {
    const wanted = changed.filter((flow) => passes(flow, filters));
    if (filters.q === '') list.value = takeFlows(list.peek(), wanted);
    else if (wanted.length > 0) {
      soon.current ??= setTimeout(() => {
        soon.current = undefined;
        reload();
      }, ASK_AGAIN_MS);
    }
  });
  useLive<{ readonly request_id: string }>('forgotten', (gone) => {
    list.value = dropFlows(list.peek(), new Set(gone.map(({ request_id }) => request_id)));
  });
  useEffect(() => () => clearTimeout(soon.current), []);

  const older = () => {
    const last = list.peek().shown.at(-1);
    if (last === undefined || oldest.current.isAsking || oldest.current.isReached) return;
    const asked = oldest.current;
    asked.isAsking = true;
    ask<FlowsAnswer>(`${path}&before=${last.started_at_ms}`).then(
      ({ flows }) => {
        asked.isAsking = false;
        asked.isReached = flows.length === 0;
        if (asked === oldest.current) list.value = takeAll(list.peek(), flows);
      },
      () => {
        asked.isAsking = false; // asked again by the next scroll
      },
    );
  };

  return {
    list,
    state: answer,
    reload,
    older,
    pause: (isPaused) => {
      list.value = pauseFlows(list.peek(), isPaused);
    },
  };
}

/** What was asked for is shown also while news is held back, unless it is news itself. */
function takeAll(list: FlowList, flows: readonly FlowSummary[]): FlowList {
  if (!list.isPaused || list.shown.length === 0) {
    return { ...takeFlows({ ...list, isPaused: false }, flows), isPaused: list.isPaused };
  }
  const known = new Set(list.shown.map(({ request_id }) => request_id));
  const newest = list.shown[0]?.started_at_ms ?? 0;
  const isNews = ({ request_id, started_at_ms }: FlowSummary) => known.has(request_id) || started_at_ms > newest;
  const older = flows.filter((flow) => !isNews(flow));
  return takeFlows({ ...takeFlows({ ...list, isPaused: false }, older), isPaused: true }, flows.filter(isNews));
}
