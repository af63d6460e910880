import { useEffect, useRef } from 'preact/hooks';

/** Runs something now and then for as long as the component is shown and the page is looked at. */
export function useEvery(ms: number, run: () => void): void {
  const current = useRef(run);
  current.current = run;
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) current.current();
    }, ms);
    return () => clearInterval(timer);
  }, [ms]);
}
