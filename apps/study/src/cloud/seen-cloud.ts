import type { CloudView, SeenHost as HostView, SeenInstance as InstanceView } from '@novasim/trace';

/** Hosts and instances as the bus shows them: what `/api/cloud` answers. */
export type SeenCloud = CloudView;

/** What the pages read of a host; when it was heard of they do not show. */
export type SeenHost = Omit<HostView, 'seen_at_ms'>;

/** What the pages read of an instance; the observer tells of none that is deleted. */
export type SeenInstance = Omit<InstanceView, 'seen_at_ms' | 'is_deleted'>;

/** How a host is, in a word. */
export function hostState({ is_up, load }: SeenHost): 'up' | 'down' | 'disabled' | 'unknown' {
  if (is_up === false) return 'down';
  if (load?.is_enabled === false) return 'disabled';
  return is_up === true ? 'up' : 'unknown';
}
