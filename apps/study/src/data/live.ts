import { signal } from '@preact/signals';

/** `live`: what happens is seen as it happens. `lost`: the observer is away; the page shows what was known. */
export type Connection = 'connecting' | 'live' | 'lost';

/** How the one stream of events is doing. */
export const connection = signal<Connection>('connecting');

/** Rises when events were missed for good: whatever was fetched before must be fetched again. */
export const missed = signal(0);

type Handler = (data: unknown) => void;

const REOPEN_MS = 2_000;
const handlers = new Map<string, Set<Handler>>([['reset', new Set([() => missed.value++])]]);
let source: EventSource | undefined;
let lastId = '';

/**
 * Hands every event of a type of `/api/events` on, until the returned function is called. All listeners share one stream,
 * which goes on after a break where it stopped (the browser sends the last id, and so do we when the browser gives up).
 */
export function listen<T>(type: string, handler: (data: T) => void): () => void {
  const own = handler as Handler; // what an event of this type carries, the observer's OpenAPI document says
  const known = handlers.get(type);
  if (known) known.add(own);
  else {
    handlers.set(type, new Set([own]));
    source?.addEventListener(type, receive);
  }
  source ??= open();
  return () => handlers.get(type)?.delete(own);
}

function open(): EventSource {
  const opened = new EventSource(lastId ? `/api/events?last_event_id=${encodeURIComponent(lastId)}` : '/api/events');
  for (const type of handlers.keys()) opened.addEventListener(type, receive);
  opened.onopen = () => {
    connection.value = 'live';
  };
  opened.onerror = () => {
    connection.value = 'lost';
    if (opened.readyState !== EventSource.CLOSED) return; // else the browser tries again by itself
    setTimeout(() => {
      source = open();
    }, REOPEN_MS);
  };
  return opened;
}

function receive({ type, data, lastEventId }: MessageEvent<string>): void {
  lastId = lastEventId;
  const value: unknown = JSON.parse(data);
  for (const handler of handlers.get(type) ?? []) handler(value);
}
