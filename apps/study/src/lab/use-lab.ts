import { type Signal, useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { ApiFault, ask } from '../data/api.ts';
import { type Loaded, useResource } from '../data/resource.ts';
import { useEvery } from '../data/use-every.ts';
import { useLive } from '../data/use-live.ts';
import type { Lab } from './lab-data.ts';

/** What was last asked of the lab, and how it went. */
export interface Said {
  readonly what: string;
  readonly why?: string;
}

/** Asks the lab for a change; `what` is told to the person once it is done, or the reason why not. */
export type Change = (what: string, method: 'POST' | 'DELETE', path: string, body?: object) => Promise<boolean>;

/** Nobody tells of a service that falls silent, so the lab is asked now and then. */
const POLL_MS = 5_000;

/** The lab as it is now: the observer tells of each change. */
export function useLab(): {
  readonly lab: Loaded<Lab>;
  readonly reload: () => void;
  readonly change: Change;
  readonly said: Signal<Said | undefined>;
} {
  const { state, reload } = useResource<Lab>('/api/lab');
  const said = useSignal<Said | undefined>(undefined);
  const latest = useSignal(state.value);
  const asked = useRef(state.value);
  if (asked.current !== state.value) {
    asked.current = state.value;
    latest.value = state.value;
  }
  useEvery(POLL_MS, reload);
  useLive<Lab>('lab', (told) => {
    const value = told.at(-1);
    if (value !== undefined) latest.value = { is: 'ready', value };
  });
  const change: Change = async (what, method, path, body) => {
    try {
      const value = await ask<Lab>(`/api/lab${path}`, {
        method,
        ...(method === 'POST' && {
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body ?? {}),
        }),
      });
      latest.value = { is: 'ready', value };
      said.value = { what };
      return true;
    } catch (fault) {
      said.value = { what, why: fault instanceof ApiFault ? fault.message : String(fault) };
      return false;
    }
  };
  return { lab: latest.value, reload, change, said };
}
