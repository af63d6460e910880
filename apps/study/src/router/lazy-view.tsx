import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { Loading, Notice } from '../parts/notice.tsx';
import type { Params } from './routes.ts';

/** A view of a page of the table. */
export type View = ComponentType<{ readonly params: Params }>;

/** A view whose code is fetched when it is first gone to, so that the first page stays small. */
export function lazyView(what: string, load: () => Promise<View>): View {
  const loaded = signal<View | 'away' | undefined>(undefined);
  const fetchView = () => {
    load().then(
      (view) => {
        loaded.value = view;
      },
      () => {
        loaded.value = 'away'; // a newer build has other files, or the observer is gone
      },
    );
  };
  return function LazyView({ params }) {
    useEffect(() => {
      if (typeof loaded.peek() !== 'function') fetchView();
    }, []);
    const Found = loaded.value;
    if (Found === undefined) return <Loading what={what} />;
    if (Found !== 'away') return <Found params={params} />;
    return (
      <Notice isWholePage role="alert" title={`The page ${what} could not be fetched`}>
        <p>The observer does not answer, or serves newer pages than this one.</p>
        <div class="actions">
          <button type="button" onClick={() => location.reload()}>
            Load again
          </button>
        </div>
      </Notice>
    );
  };
}
