import { type Binary, isServiceUp } from '@novasim/cloud';
import type { Transport } from '@novasim/rpc';
import type { Checks } from '@novasim/service';
import type { Store } from '@novasim/store';

/** Without one of each kind no boot ends. */
const NEEDED: readonly Binary[] = ['nova-scheduler', 'nova-conductor', 'nova-compute', 'nova-network'];

export interface HealthDeps {
  readonly store: Store;
  readonly transport: Transport;
  readonly serviceDownMs: number;
}

/** What must hold for a boot to end well: database, bus, and a living service of each kind. */
export function healthChecks({ store, transport, serviceDownMs }: HealthDeps): Checks {
  return {
    store: () => store.ping().then(() => undefined),
    bus: () => (transport.state === 'connected' ? undefined : `the bus is ${transport.state}`),
    async services() {
      const services = await store.hosts.services();
      const nowMs = Date.now();
      const missing = NEEDED.filter(
        (binary) => !services.some((one) => one.binary === binary && isServiceUp(one, nowMs, serviceDownMs)),
      );
      return missing.length === 0 ? undefined : `not reported within ${serviceDownMs} ms: ${missing.join(', ')}`;
    },
  };
}
