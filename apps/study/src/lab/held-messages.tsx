import { Link } from '../router/link.tsx';
import type { HeldMessage } from './lab-data.ts';
import type { Change } from './use-lab.ts';
import { useNow } from './use-now.ts';

/** What waits now, and what is to become of it. */
export function HeldMessages({ held, change }: { readonly held: readonly HeldMessage[]; readonly change: Change }) {
  const now = useNow();
  return (
    <section class="held" aria-label="Held now">
      <h2>Held now</h2>
      {held.length === 0 ? (
        <p class="soft" role="status">
          Nothing is held.
        </p>
      ) : (
        <ul>
          {held.map((message) => (
            <Held key={message.id} message={message} now={now} change={change} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Held({ message, now, change }: { message: HeldMessage; now: number; change: Change }) {
  const { id, kind, method = 'a message', routing_key, by, side, request_id, held_ms, due_ms } = message;
  const settle = (how: 'release' | 'drop') => void settleHeld(change, message, how);
  return (
    <li>
      <p class="what">
        <span class={`kind-${kind}`}>{kind}</span> <b>{method}</b> to {routing_key}
      </p>
      <p class="soft">
        {by} {side === 'publish' ? 'keeps it from the broker' : 'has it and does not run it'} for{' '}
        {seconds(now - held_ms)}; it goes on by itself in {seconds(due_ms - now)}.
      </p>
      <p class="do">
        <button type="button" onClick={() => settle('release')} aria-label={`Release ${method}, ${id}`}>
          Release
        </button>
        <button type="button" onClick={() => settle('drop')} aria-label={`Drop ${method}, ${id}`}>
          Drop
        </button>
        {request_id !== undefined && (
          <Link href={`/flows/${encodeURIComponent(request_id)}`} aria-label={`See its flow: ${method}`}>
            See its flow
          </Link>
        )}
      </p>
    </li>
  );
}

/** Lets a held message go on, or loses it. */
export function settleHeld(
  change: Change,
  { id, method = 'It' }: HeldMessage,
  how: 'release' | 'drop',
): Promise<boolean> {
  return change(`${method} ${how === 'release' ? 'goes on' : 'is lost'}.`, 'POST', `/held/${id}/${how}`);
}

function seconds(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1_000));
  return s < 60 ? `${s} s` : `${Math.floor(s / 60)} min ${s % 60} s`;
}
