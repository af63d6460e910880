import { createLogger } from '@novasim/service';
import { type Bus, until } from '@novasim/testkit';
import type { Flow, FlowHop, FlowSummary } from '@novasim/trace';
import { readConfig, startObserver } from '../src/service.ts';
import type { StatusView } from '../src/status-view.ts';
import { EventReader } from './event-reader.ts';

/** An observer on a bus of a test's own, asked as the pages ask it: over HTTP. */
export interface ObserverUnderTest extends AsyncDisposable {
  readonly url: string;
  /** The JSON at a path. @throws on any status that is no success, with the answer */
  get<T>(path: string): Promise<T>;
  status(): Promise<StatusView>;
  /** Waits until a flow of this id is as wanted, and answers it whole. */
  flow(requestId: string, fits?: (flow: Flow) => boolean): Promise<Flow>;
  /** Waits until exactly one flow is found by this search. */
  search(q: string): Promise<FlowSummary>;
  events(lastEventId?: string): Promise<EventReader>;
}

/** Starts one and waits until it hears the bus, when there is one. */
export async function observe(
  bus: Pick<Bus, 'url' | 'managementUrl'> | undefined,
  env: NodeJS.ProcessEnv = {},
): Promise<ObserverUnderTest> {
  const config = readConfig({
    OBSERVER_PORT: '0',
    ...(bus !== undefined && { TRANSPORT_URL: bus.url, MANAGEMENT_URL: bus.managementUrl }),
    ...env,
  });
  const log = createLogger({ service: 'observer', host: 'test', level: 'silent', format: 'json' });
  const observer = await startObserver({ config, log, signal: new AbortController().signal });
  const { url } = observer.info as { url: string }; // see startObserver
  const get = async <T>(path: string): Promise<T> => {
    const response = await fetch(url + path);
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
    return JSON.parse(text) as T; // the caller knows what the path gives
  };
  const status = () => get<StatusView>('/api/status');
  if (bus !== undefined) {
    await until(
      async () => (await status()).tap.state === 'listening' && (await status()).management.state !== 'unknown',
      {
        withinMs: 15_000,
        what: 'the observer to hear the bus',
      },
    );
  }
  return {
    url,
    get,
    status,
    flow: (requestId, fits = () => true) =>
      until(
        async () => {
          const flow = await get<Flow>(`/api/flows/${encodeURIComponent(requestId)}`);
          return fits(flow) ? flow : Promise.reject(new Error(JSON.stringify(flow.hops.map(shown), null, 1)));
        },
        { withinMs: 10_000, everyMs: 50, what: `the flow ${requestId}` },
      ),
    search: (q) =>
      until(
        async () => {
          const { flows } = await get<{ flows: readonly FlowSummary[] }>(`/api/flows?q=${encodeURIComponent(q)}`);
          return flows.length === 1 && flows[0];
        },
        { withinMs: 10_000, everyMs: 50, what: `one flow for ${q}` },
      ),
    events: (lastEventId) => EventReader.open(`${url}/api/events`, lastEventId),
    [Symbol.asyncDispose]: async () => observer[Symbol.asyncDispose](),
  };
}

/** A hop in one line, for expectations and for people. */
export function shown({ kind, from, to, method, outcome }: FlowHop): string {
  return `${from} ${kind} ${to} ${method ?? ''}: ${outcome}`;
}
