import { useEffect, useRef } from 'preact/hooks';
import { frameBatch } from './frame-batch.ts';
import { listen } from './live.ts';

/** Hands on what came of a type of event since the last frame, for as long as the component is shown. */
export function useLive<T>(type: string, take: (events: readonly T[]) => void): void {
  const current = useRef(take);
  current.current = take;
  useEffect(() => {
    let isShown = true;
    const stop = listen<T>(
      type,
      frameBatch<T>((events) => {
        if (isShown) current.current(events);
      }),
    );
    return () => {
      isShown = false;
      stop();
    };
  }, [type]);
}
