import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ApiFault, ask } from './api.ts';
import { missed } from './live.ts';

/** Something that is fetched: not here yet, here, or not to be had (with the last that was had, if any). */
export type Loaded<T> =
  | { readonly is: 'loading' }
  | { readonly is: 'ready'; readonly value: T }
  | { readonly is: 'failed'; readonly fault: ApiFault };

export interface Resource<T> {
  readonly state: Signal<Loaded<T>>;
  /** Asks again; what is shown stays until the answer is there. */
  readonly reload: () => void;
}

/**
 * What a path of the API answers, asked again whenever the path changes or events were missed; `undefined` asks nothing. `headers`
 * are always the same.
 */
export function useResource<T>(path: string | undefined, headers: Readonly<Record<string, string>> = {}): Resource<T> {
  const state = useSignal<Loaded<T>>({ is: 'loading' });
  const round = useSignal(0);
  const shown = useSignal(path);
  if (shown.peek() !== path) {
    shown.value = path;
    state.value = { is: 'loading' };
  }
  const turn = round.value + missed.value;
  useEffect(() => {
    if (path === undefined) return;
    const stopped = new AbortController();
    void load<T>(path, stopped.signal, headers).then((loaded) => {
      if (!stopped.signal.aborted) state.value = loaded;
    });
    return () => stopped.abort();
  }, [path, turn, state]);
  return {
    state,
    reload: () => {
      round.value = round.peek() + 1;
    },
  };
}

/** Fetches without failing: what went wrong is part of the answer. */
export async function load<T>(
  path: string,
  signal: AbortSignal,
  headers: Readonly<Record<string, string>> = {},
): Promise<Loaded<T>> {
  try {
    return { is: 'ready', value: await ask<T>(path, { signal, headers }) };
  } catch (fault) {
    return { is: 'failed', fault: fault instanceof ApiFault ? fault : new ApiFault(0, String(fault)) };
  }
}
