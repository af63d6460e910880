import type { Flow, FlowSummary } from '@novasim/trace';
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { missed } from '../data/live.ts';
import { paced } from '../data/paced.ts';
import { type Loaded, load } from '../data/resource.ts';
import { useLive } from '../data/use-live.ts';

/** A flow as it happens: asked for again when something of it has changed. What is shown stays when it can be had no more. */
export function useLiveFlow(id: string): { readonly flow: Loaded<Flow>; readonly reload: () => void } {
  const state = useSignal<Loaded<Flow>>({ is: 'loading' });
  const nudge = useRef(() => {});
  const misses = missed.value;
  useEffect(() => {
    const stopped = new AbortController();
    nudge.current = paced(async () => {
      const loaded = await load<Flow>(`/api/flows/${encodeURIComponent(id)}`, stopped.signal);
      const isWorse = loaded.is === 'failed' && state.peek().is === 'ready';
      if (!stopped.signal.aborted && !isWorse) state.value = loaded;
    });
    nudge.current();
    return () => stopped.abort();
  }, [id, misses, state]);
  useLive<FlowSummary>('flow', (changed) => {
    if (changed.some(({ request_id }) => request_id === id)) nudge.current();
  });
  return { flow: state.value, reload: () => nudge.current() };
}
