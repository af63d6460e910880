import { Link } from '../router/link.tsx';
import { flowUrl } from './instance-table.tsx';
import { type Sent, sent } from './requests.ts';

/** What this page has asked for, how it was answered, and the way to what happened then. */
export function SentRequests() {
  const [latest] = sent.value;
  return (
    <section class="sent" aria-label="Requests of this page">
      <p class="visually-hidden" role="status">
        {latest && `${latest.what}: ${answerOf(latest)}`}
      </p>
      {sent.value.length > 0 && <h3>Asked from here</h3>}
      <ul>
        {sent.value.map((request, index) => (
          <li key={request.requestId ?? index}>
            <span>{request.what}</span>
            {request.requestId === undefined ? (
              <span class={request.why === undefined ? 'soft' : 'fault'}>{answerOf(request)}</span>
            ) : (
              <Link href={flowUrl(request.requestId)} aria-label={`See its flow: ${request.what}`}>
                See its flow
              </Link>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function answerOf({ status, why }: Sent): string {
  if (status === undefined) return 'under way';
  if (why !== undefined) return status === 0 ? why : `${status}: ${why}`;
  return 'accepted';
}
