import type { NotificationFilter, NotificationPriority } from './notification.ts';
import { notificationPriorities } from './notification.ts';
import { compileFilter, type Screen } from './notification-filter.ts';

/** A method of an endpoint with the endpoint's filter. */
export interface Handler<M> {
  readonly passes: Screen;
  readonly run: M;
}

/** The methods for each priority, in the order of the endpoints. */
export type Handlers<M> = ReadonlyMap<NotificationPriority, readonly Handler<M>[]>;

type EndpointOf<M> = { readonly [P in NotificationPriority]?: M } & { readonly filter?: NotificationFilter };

/** Finds what endpoints want to hear. Rule: notify/dispatcher.py. */
export function handlersOf<M extends (...args: never[]) => unknown>(endpoints: readonly EndpointOf<M>[]): Handlers<M> {
  const handlers = new Map<NotificationPriority, Handler<M>[]>();
  for (const endpoint of endpoints) {
    const passes = compileFilter(endpoint.filter);
    for (const priority of notificationPriorities) {
      const method = endpoint[priority];
      if (typeof method !== 'function') continue;
      const run = method.bind(endpoint) as M; // binding keeps what it takes and answers
      handlers.set(priority, [...(handlers.get(priority) ?? []), { passes, run }]);
    }
  }
  return handlers;
}
