import { type Signal, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

/** What part of a scrolling element is seen, in pixels. */
export interface View {
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Follows an element as it is scrolled and as its size changes. */
export function useScroll(element: RefObject<HTMLElement | null>): Signal<View> {
  const view = useSignal<View>({ top: 0, width: 0, height: 0 });
  useLayoutEffect(() => {
    const seen = element.current;
    if (seen === null) return;
    const look = () => {
      view.value = { top: seen.scrollTop, width: seen.clientWidth, height: seen.clientHeight };
    };
    look();
    seen.addEventListener('scroll', look, { passive: true });
    const sized = new ResizeObserver(look);
    sized.observe(seen);
    return () => {
      seen.removeEventListener('scroll', look);
      sized.disconnect();
    };
  }, [element, view]);
  return view;
}
