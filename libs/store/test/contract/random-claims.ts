import { hostName, type InstanceUuid } from '@novasim/cloud';
import type { Store } from '@novasim/store';
import { newInstance } from '@novasim/testkit/new-instance';

/** A number from 0 up to below `below`. */
export type Numbers = (below: number) => number;

/** The same numbers for the same seed, so that a run that fails can be repeated (mulberry32). */
export function numbersFrom(seed: number): Numbers {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

export const RANDOM_HOSTS = ['host-1', 'host-2', 'host-3'].map(hostName);

/** Claims, moves, releases, failures and ends of instances that all who do this share, in any order. */
export async function randomClaims({ instances, hosts }: Store, random: Numbers, count: number): Promise<void> {
  for (let step = 0; step < count; step += 1) {
    const [made] = step % 3 === 0 ? await instances.create([newInstance()]) : [];
    const live = await instances.list({}, { limit: 6 });
    const uuid = made?.uuid ?? live[random(live.length)]?.uuid;
    if (uuid !== undefined) await randomStep({ instances, hosts }, uuid, random);
  }
}

async function randomStep(
  { instances, hosts }: Pick<Store, 'instances' | 'hosts'>,
  uuid: InstanceUuid,
  random: Numbers,
): Promise<void> {
  const host = RANDOM_HOSTS[random(RANDOM_HOSTS.length)] ?? hostName('host-1');
  const size = 1 + random(3);
  const resources = { vcpus: size, memory_mb: size * 100, local_gb: size };
  switch (random(7)) {
    case 0:
      await hosts.release(uuid);
      break;
    case 1:
      await instances.destroy(uuid);
      break;
    case 2:
      await instances.save(uuid, { vm_state: 'error' }, { release_claim: true });
      break;
    default:
      await hosts.claim(uuid, host, resources);
  }
}
