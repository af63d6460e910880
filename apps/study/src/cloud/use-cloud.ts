import { useEffect, useRef } from 'preact/hooks';
import { type Loaded, type Resource, useResource } from '../data/resource.ts';
import { useEvery } from '../data/use-every.ts';
import { useLive } from '../data/use-live.ts';
import { type ApiDocument, actionKeysOf } from './api-document.ts';
import { COMPUTE } from './requests.ts';
import type { SeenCloud } from './seen-cloud.ts';
import type { Flavor, Image, Server } from './servers.ts';

/** The cloud as the API and the bus tell of it. */
export interface CloudParts {
  readonly seen: Loaded<SeenCloud>;
  /** `undefined`: no API is behind the observer. */
  readonly servers: Loaded<{ readonly servers: readonly Server[] }> | undefined;
  readonly flavors: readonly Flavor[];
  readonly images: readonly Image[];
  /** The actions on servers that the API takes, by their keys in its bodies; undefined while it has not said. */
  readonly actionKeys: ReadonlySet<string> | undefined;
  readonly reload: () => void;
}

const POLL_MS = 3_000;
/** From 2.9 on a server says whether it is locked. */
const SAYS_LOCKED = { 'openstack-api-version': 'compute 2.9' };
/** Many messages are one reason to look again. */
const SOON_MS = 300;

/** Follows the cloud: asked again soon after something has travelled, and now and then. */
export function useCloud(): CloudParts {
  const asked = useResource<{ readonly has_cloud_api: boolean }>('/api/status');
  const status = asked.state.value;
  const hasApi = status.is === 'ready' && status.value.has_cloud_api;
  const path = (at: string) => (hasApi ? at : undefined);
  const seen = useResource<SeenCloud>('/api/cloud');
  const servers = useResource<{ servers: readonly Server[] }>(
    path(`${COMPUTE}/servers/detail?limit=1000`),
    SAYS_LOCKED,
  );
  const flavors = useResource<{ flavors: readonly Flavor[] }>(path(`${COMPUTE}/flavors/detail`));
  const images = useResource<{ images: readonly Image[] }>(path('/cloud-api/image/v2/images'));
  const document = useResource<ApiDocument>(path('/cloud-api/openapi.json'));

  const soon = useRef<ReturnType<typeof setTimeout>>(undefined);
  const reload = () => {
    seen.reload();
    if (status.is === 'failed') asked.reload();
    if (hasApi) servers.reload();
  };
  useLive('flow', () => {
    soon.current ??= setTimeout(() => {
      soon.current = undefined;
      reload();
    }, SOON_MS);
  });
  useEffect(() => () => clearTimeout(soon.current), []);
  useEvery(POLL_MS, reload);

  return {
    seen: seen.state.value,
    servers: status.is === 'ready' && !hasApi ? undefined : servers.state.value,
    flavors: readyOf(flavors)?.flavors ?? [],
    images: readyOf(images)?.images ?? [],
    actionKeys: actionKeysOf(readyOf(document)),
    reload,
  };
}

function readyOf<T>({ state }: Resource<T>): T | undefined {
  return state.value.is === 'ready' ? state.value.value : undefined;
}
