import type { ClassicFlow } from './hop.ts';

/** A scheduler that has just started knows nothing: it asks all hosts, and each tells all schedulers. */
export const schedulerStartClassic: ClassicFlow = {
  name: 'scheduler start',
  era: 'classic',
  trigger: 'a scheduler starts',
  outcome: 'every scheduler knows every host',
  hops: [
    {
      from: 'scheduler',
      kind: 'fanout',
      to: 'compute',
      method: 'publish_service_capabilities',
      says: 'One message to the fanout exchange, one copy for every host that listens.',
    },
    {
      from: 'compute',
      kind: 'fanout',
      to: 'scheduler',
      from_host: 1,
      method: 'update_service_capabilities',
      says: 'Each host answers by a fanout of its own, and repeats it periodically.',
    },
  ],
};
