import type { Store } from '@novasim/store';
import type { ActionManager } from './action-manager.ts';
import type { ApiConfig } from './config.ts';
import type { Part } from './http/part.ts';
import type { ComputeManager } from './manager.ts';
import { computeVersionOperation, computeVersionsOperation } from './routes/compute-versions.ts';
import { flavorOperations } from './routes/flavors.ts';
import { identityOperations, identityVersionsOperation } from './routes/identity.ts';
import { imageOperations } from './routes/images.ts';
import { imageProxyOperations } from './routes/images-proxy.ts';
import { limitOperations } from './routes/limits.ts';
import { networkOperations } from './routes/networks.ts';
import { operatorOperations } from './routes/operator.ts';
import { imageVersions, networkVersions } from './routes/plain-versions.ts';
import { serverActionOperation } from './routes/server-actions.ts';
import { serverOperations } from './routes/servers.ts';

export interface PartsDeps {
  readonly config: ApiConfig;
  readonly store: Store;
  readonly manager: ComputeManager;
  readonly actions: ActionManager;
}

/** Everything that the api answers in OpenStack's name, the longer paths before those that they begin with. */
export function partsOf({ config, store, manager, actions }: PartsDeps): readonly Part[] {
  const { maxLimit, maxServersPerRequest, serviceDownMs, tokenTtlS } = config;
  return [
    {
      service: 'compute',
      prefixes: ['/compute/v2.1', '/v2.1'],
      isMicroversioned: true,
      operations: [
        computeVersionOperation,
        ...serverOperations({ store, manager, maxLimit, maxServersPerRequest, serviceDownMs }),
        serverActionOperation({ store, actions }),
        ...flavorOperations({ store, maxLimit }),
        ...imageProxyOperations(store),
        ...operatorOperations({ store, serviceDownMs }),
        ...limitOperations(store),
      ],
    },
    { service: 'compute', prefixes: ['/compute'], operations: [computeVersionsOperation] },
    { service: 'identity', prefixes: ['/identity/v3'], operations: identityOperations({ store, tokenTtlS }) },
    { service: 'identity', prefixes: ['/identity'], operations: [identityVersionsOperation] },
    { service: 'image', prefixes: ['/image'], operations: [...imageVersions, ...imageOperations({ store, maxLimit })] },
    { service: 'network', prefixes: ['/network'], operations: [...networkVersions, ...networkOperations(store)] },
  ];
}
