import { type Connection, connection } from './live.ts';

/** Whether the page is live: a full dot, a hollow one, a struck one, and the word. */
export function LiveSign() {
  return (
    <span class="sign" role="status">
      <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true" fill="none" stroke="currentColor">
        <circle cx="5" cy="5" r="3.5" fill={connection.value === 'live' ? 'currentColor' : 'none'} stroke-width="1.5" />
        {connection.value === 'lost' && <path d="M1 9 9 1" stroke-width="1.5" />}
      </svg>
      {WORDS[connection.value]}
    </span>
  );
}

const WORDS: Readonly<Record<Connection, string>> = { connecting: 'Connecting', live: 'Live', lost: 'Not connected' };
