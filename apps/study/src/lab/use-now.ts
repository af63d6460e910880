import { useSignal } from '@preact/signals';
import { useEvery } from '../data/use-every.ts';

/** The time, anew each second. */
export function useNow(): number {
  const now = useSignal(Date.now());
  useEvery(1_000, () => {
    now.value = Date.now();
  });
  return now.value;
}
