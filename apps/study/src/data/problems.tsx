import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Words } from '../parts/words.tsx';
import { listen } from './live.ts';

/** What the observer says of itself, as far as every page needs it. */
interface Sight {
  /** What is in the way of seeing all, in sentences. */
  readonly problems: readonly string[];
}

/** Why less is seen than there is, where the observer knows that it is so. */
export function Problems() {
  const problems = useSignal<readonly string[]>([]);
  useEffect(() => {
    const take = (sight: Sight) => {
      problems.value = sight.problems;
    };
    const stops = [listen<Sight>('hello', take), listen<Sight>('status', take)];
    return () => {
      for (const stop of stops) stop();
    };
  }, [problems]);
  if (problems.value.length === 0) return null;
  return (
    <div class="problems" role="status">
      {problems.value.map((text) => (
        <p key={text}>
          <Words text={text} />
        </p>
      ))}
    </div>
  );
}
