import { setQuery } from '../router/location.ts';
import type { DeadEnd } from './topology.ts';

const MOST_SHOWN = 5;

/** Where messages wait for nobody or go nowhere, in sentences. */
export function DeadEnds({ deadEnds, isAll }: { readonly deadEnds: readonly DeadEnd[]; readonly isAll: boolean }) {
  if (deadEnds.length === 0) return null;
  const shown = isAll ? deadEnds : deadEnds.slice(0, MOST_SHOWN);
  return (
    <section class="dead-ends" aria-label="Dead ends">
      <h2>Dead ends</h2>
      <ul>
        {shown.map(({ kind, name, why }) => (
          <li key={`${kind} ${name}`} class="sign failed">
            <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true" fill="none" stroke="currentColor">
              <path d="M1 6h7M10.5 1.5v9" stroke-width="1.75" stroke-linecap="round" />
            </svg>
            <span>
              {why.charAt(0).toUpperCase()}
              {why.slice(1)}.
            </span>
          </li>
        ))}
      </ul>
      {deadEnds.length > MOST_SHOWN && (
        <button type="button" aria-expanded={isAll} onClick={() => setQuery({ dead_ends: isAll ? '' : 'all' })}>
          {isAll ? 'Show fewer' : `Show all ${deadEnds.length}`}
        </button>
      )}
    </section>
  );
}
