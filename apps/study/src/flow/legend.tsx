import type { HopKind } from '@novasim/trace';

type Tone = HopKind | 'failure';

/** A piece of line as the diagram draws this kind. */
export function KindSample({ kind }: { readonly kind: Tone }) {
  const isDashed = kind === 'reply' || kind === 'heartbeat';
  return (
    <svg
      class={`kind-${kind}`}
      width="36"
      height="12"
      viewBox="0 0 36 12"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
    >
      {kind === 'fanout' ? (
        <path d="M1 6 29 1M1 6h33M1 6l28 5m1-8 4 3-4 3" stroke-width="1.25" />
      ) : (
        <g stroke-width="1.5">
          <path d={kind === 'failure' ? 'M1 6h24' : 'M1 6h33'} stroke-dasharray={isDashed ? '5 4' : undefined} />
          {kind === 'failure' && <path d="m21 2 8 8m0-8-8 8" />}
          {kind === 'call' && <path d="m27 2 8 4-8 4z" fill="currentColor" />}
          {kind !== 'failure' && kind !== 'call' && <path d="m27 2 8 4-8 4" />}
        </g>
      )}
    </svg>
  );
}

/** What the lines mean. */
export function Legend() {
  return (
    <ul class="legend">
      {MEANINGS.map(([kind, meaning]) => (
        <li key={kind}>
          <KindSample kind={kind} />
          <span>
            <b>{kind}</b> {meaning}
          </span>
        </li>
      ))}
    </ul>
  );
}

const MEANINGS: readonly (readonly [Tone, string])[] = [
  ['call', 'The sender waits for the answer.'],
  ['reply', 'The answer, through the caller’s own queue.'],
  ['cast', 'The sender goes on; nobody tells it how this ends.'],
  ['fanout', 'One message, a copy for everybody who listens.'],
  ['failure', 'An error that was answered, or a message that will not arrive.'],
];
