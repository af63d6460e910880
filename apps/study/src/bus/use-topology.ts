import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { type Loaded, useResource } from '../data/resource.ts';
import { useLive } from '../data/use-live.ts';
import type { Topology } from './topology.ts';

/** The bus as it stands: as it is asked for, then as the broker tells of it. */
export function useTopology(): { readonly topology: Loaded<Topology>; readonly reload: () => void } {
  const { state, reload } = useResource<Topology>('/api/topology');
  const asked = useRef(state.value);
  const latest = useSignal(state.value);
  if (asked.current !== state.value) {
    asked.current = state.value;
    latest.value = state.value;
  }
  useLive<Topology>('state', (told) => {
    const value = told.at(-1);
    if (value !== undefined) latest.value = { is: 'ready', value };
  });
  return { topology: latest.value, reload };
}
