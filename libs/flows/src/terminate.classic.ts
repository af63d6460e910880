import type { ClassicFlow } from './hop.ts';

export const terminateClassic: ClassicFlow = {
  name: 'terminate',
  era: 'classic',
  trigger: 'DELETE /servers/{id}',
  outcome: '404',
  hops: [
    {
      from: 'api',
      kind: 'cast',
      to: 'compute',
      to_host: 1,
      method: 'terminate_instance',
      says: 'The API notes that the instance is being deleted and answers 204; if the host is away the message waits for it.',
    },
    {
      from: 'compute',
      kind: 'call',
      to: 'network',
      from_host: 1,
      method: 'deallocate_for_instance',
      says: 'The guest is gone; its addresses are free again.',
    },
    {
      from: 'compute',
      kind: 'call',
      to: 'conductor',
      from_host: 1,
      method: 'instance_destroy',
      says: 'The row is marked as deleted and the claim given back: from now on the API answers 404.',
    },
  ],
};
