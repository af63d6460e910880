import type { Flow, FlowSummary } from '@novasim/trace';
import { useRef } from 'preact/hooks';
import { type Loaded, useResource } from '../data/resource.ts';
import { useLive } from '../data/use-live.ts';

/** A flow as it happens: asked for again whenever something of it has changed, one question at a time. */
export function useLiveFlow(id: string): { readonly flow: Loaded<Flow>; readonly reload: () => void } {
  const { state, reload } = useResource<Flow>(`/api/flows/${encodeURIComponent(id)}`);
  const asking = useRef({ isAsking: true, isStale: false, answer: state.value });
  const now = asking.current;
  if (now.answer !== state.value) {
    now.answer = state.value;
    now.isAsking = state.value.is === 'loading';
  }
  if (!now.isAsking && now.isStale) {
    now.isStale = false;
    now.isAsking = true;
    queueMicrotask(reload);
  }
  useLive<FlowSummary>('flow', (changed) => {
    if (!changed.some(({ request_id }) => request_id === id)) return;
    if (now.isAsking) now.isStale = true;
    else {
      now.isAsking = true;
      reload();
    }
  });
  return { flow: state.value, reload };
}
