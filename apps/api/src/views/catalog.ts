import { createHash } from 'node:crypto';

export const REGION = 'RegionOne';
export const DOMAIN = { id: 'default', name: 'Default' } as const;

/**
 * The services there are and where, seen from the client. Compute carries its version, image and network must not: clients
 * append `v2/` and `v2.0/` themselves.
 */
const SERVICES = [
  { type: 'network', name: 'neutron', path: '/network' },
  { type: 'identity', name: 'keystone', path: '/identity/v3/' },
  { type: 'compute', name: 'nova', path: '/compute/v2.1' },
  { type: 'image', name: 'glance', path: '/image' },
] as const;
const INTERFACES = ['public', 'internal', 'admin'] as const;

export function catalogView(baseUrl: string) {
  return SERVICES.map(({ type, name, path }) => ({
    endpoints: INTERFACES.map((kind) => ({
      id: idOf(`endpoint ${type} ${kind}`),
      interface: kind,
      region_id: REGION,
      url: baseUrl + path,
      region: REGION,
    })),
    id: idOf(`service ${type}`),
    type,
    name,
  }));
}

/** 32 hex digits that are the same in every run. */
export function idOf(what: string): string {
  return createHash('sha256').update(what).digest('hex').slice(0, 32);
}
