import type { IncomingMessage } from 'node:http';

/** The path as it was asked for, without its query: Express shortens `url` while it routes. */
export function pathOf(request: IncomingMessage & { originalUrl?: string }): string {
  return (request.originalUrl ?? request.url ?? '').split('?', 1)[0] ?? '';
}

/** Whether machines ask for the path again and again: no news, to the log and to the bus. */
export function isWatched(path: string): boolean {
  return path === '/healthz' || path === '/metrics';
}
