import { signal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** What a key does while some part of the page is on the screen. */
export interface KeyBinding {
  /** As `KeyboardEvent.key` names them; several do the same. */
  readonly keys: readonly string[];
  /** For the list of keys: what happens, in a few words. */
  readonly does: string;
  /** False: the key was not for it, and goes on to others. */
  readonly run: (event: KeyboardEvent) => unknown;
}

export interface KeyGroup {
  readonly title: string;
  readonly bindings: readonly KeyBinding[];
}

/** What can be pressed now; the group that came last is asked first. */
export const keyGroups = signal<readonly KeyGroup[]>([]);

/** Offers keys for as long as the component is shown. */
export function useKeys(title: string, bindings: readonly KeyBinding[]): void {
  const current = useRef(bindings);
  current.current = bindings;
  useLayoutEffect(() => {
    const group: KeyGroup = {
      title,
      get bindings() {
        return current.current;
      },
    };
    keyGroups.value = [...keyGroups.peek(), group];
    return () => {
      keyGroups.value = keyGroups.peek().filter((one) => one !== group);
    };
  }, [title]);
}

addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
  for (const { bindings } of keyGroups.peek().toReversed()) {
    for (const { keys, run } of bindings) {
      if (!keys.includes(event.key) || run(event) === false) continue;
      event.preventDefault();
      return;
    }
  }
});

/** Letters belong to a field that is being written in; Escape still leaves it. Enter and the space bar belong to a button. */
function isTyping({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof Element) || key === 'Escape') return false;
  if (target.closest('dialog[open]')) return true;
  if (target.closest('button, a, summary')) return key === 'Enter' || key === ' ';
  return target.closest('input:not([type=checkbox], [type=radio]), textarea, select') !== null;
}
