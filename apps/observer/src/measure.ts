import type { Metrics } from '@novasim/service';
import type { Live } from './events/live.ts';
import type { Observation } from './observation.ts';

/** The observer's own numbers, for `/metrics`. */
export function measure(metrics: Metrics, { store }: Observation, { stream }: Live): void {
  const gauge = (name: string, help: string, read: () => number) =>
    metrics.gauge({ name: `novasim_observer_${name}`, help }, read);
  gauge('messages_seen', 'Messages that were seen being published', () => store.usage().seen_messages);
  gauge('messages', 'Messages that are remembered', () => store.usage().messages);
  gauge('flows', 'Flows that are remembered', () => store.usage().flows);
  gauge('flows_forgotten', 'Flows that were forgotten for want of memory', () => store.usage().forgotten_flows);
  gauge('memory_bytes', 'What is remembered, roughly in bytes', () => store.usage().bytes);
  gauge('memory_budget_bytes', 'What may be remembered', () => store.usage().budget_bytes);
  gauge('gaps', 'Times at which the bus was out of sight', () => store.gaps().length);
  gauge('readers', 'Readers of events', () => stream.readers);
}
