import type {
  BusEvent,
  BusStateEvent,
  CloudView,
  HostLoad,
  PublishedEvent,
  SeenHost,
  SeenInstance,
} from '@novasim/trace';
import { capabilitiesIn, instanceIn, type ToldInstance } from './told.ts';

const MOST = 10_000;
const HOST_QUEUE = /^compute\.(.+)$/;

/** Hosts and instances, put together from what travelled: no service is asked. */
export class SeenCloud {
  readonly #hosts = new Map<string, SeenHost>();
  readonly #instances = new Map<string, SeenInstance>();

  see(event: BusEvent): void {
    if (event.event === 'published') this.#published(event);
  }

  /** Hosts by name, instances by when they were last told of. */
  view(state: BusStateEvent | undefined): CloudView {
    const hosts = new Map(this.#hosts);
    for (const { name: queue, consumers, ready } of state?.queues ?? []) {
      const name = HOST_QUEUE.exec(queue)?.[1];
      if (name === undefined) continue;
      const known = hosts.get(name) ?? { name, seen_at_ms: state?.at_ms ?? 0 };
      hosts.set(name, { ...known, is_up: consumers > 0, waiting: ready });
    }
    return {
      hosts: [...hosts.values()].toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true })),
      instances: [...this.#instances.values()].toReversed(),
    };
  }

  #published(event: PublishedEvent): void {
    if (event.exchange.endsWith('scheduler_fanout')) {
      const told = capabilitiesIn(event.body);
      if (told !== undefined) this.#hostTold(told.host, event.at_ms, told.load);
    } else if (event.routing_key.startsWith('notifications.')) {
      const told = instanceIn(event.body);
      if (told !== undefined) this.#instanceTold(told.instance, event.at_ms, told.request_id);
    }
  }

  #hostTold(name: string, seen_at_ms: number, load: HostLoad | undefined): void {
    put(this.#hosts, name, { ...this.#hosts.get(name), name, seen_at_ms, ...(load !== undefined && { load }) });
  }

  #instanceTold(told: ToldInstance, seen_at_ms: number, request_id: string | undefined): void {
    if (told.is_deleted) this.#instances.delete(told.uuid);
    else {
      const known = this.#instances.get(told.uuid);
      put(this.#instances, told.uuid, {
        ...known,
        ...told,
        seen_at_ms,
        ...(request_id !== undefined && { request_id }),
      });
    }
  }
}

/** The latest stands last; the oldest goes when there are too many. */
function put<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.size > MOST ? map.keys() : [];
  if (oldest !== undefined) map.delete(oldest);
}
