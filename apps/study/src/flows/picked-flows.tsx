import type { FlowSummary } from '@novasim/trace';
import { Link } from '../router/link.tsx';
import { navigate, withQuery } from '../router/location.ts';
import { compareUrl } from './picks.ts';

/** What is chosen for comparing, and the way on. */
export function PickedFlows({
  picks,
  shown,
}: {
  readonly picks: readonly string[];
  readonly shown: readonly FlowSummary[];
}) {
  const [a, b] = picks;
  if (a === undefined) return null;
  const nameOf = (id: string) => shown.find(({ request_id }) => request_id === id)?.title ?? id;
  return (
    <div class="picked" role="status">
      <span>
        {nameOf(a)} {b === undefined ? 'is chosen. Choose another to compare it with.' : `and ${nameOf(b)}`}
      </span>
      {b !== undefined && (
        <Link class="button" href={compareUrl(a, b)}>
          Compare
        </Link>
      )}
      <button type="button" class="plain" onClick={() => navigate(withQuery({ pick: '' }), { isReplacing: true })}>
        Clear
      </button>
    </div>
  );
}
