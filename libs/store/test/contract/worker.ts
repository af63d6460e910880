/** Another process on the same database, for `workers.ts`: `node worker.ts <job> <number>`, the URL in DATABASE_URL. */
import { randomUUID } from 'node:crypto';
import { hostName, type InstanceUuid, instanceUuid } from '@novasim/cloud';
import { openStore, type Store } from '@novasim/store';
import { DEMO, newInstance, TINY } from '@novasim/testkit/new-instance';
import { numbersFrom, randomClaims } from './random-claims.ts';

const [job = '', argument = ''] = process.argv.slice(2);
const jobs: Readonly<Record<string, (store: Store) => Promise<void>>> = {
  /** One instance, so that one sees that the tables are there. */
  open: async (store) => {
    await store.instances.create([newInstance()]);
  },
  claim: async (store) => {
    await randomClaims(store, numbersFrom(Number(argument)), 60);
  },
  /** Boots and fails builds of three until it is killed, with a line for each. */
  build: async (store) => {
    const [network] = await store.networks.list();
    if (network === undefined) throw new Error('there is no network to build on');
    for (;;) {
      await buildThree(store, network.id);
      process.stdout.write('built\n');
    }
  },
};

await using store = await openStore(process.env['DATABASE_URL'] ?? '');
const run = jobs[job];
if (run === undefined) throw new Error(`no job "${job}"`);
await run(store);
process.stdout.write('done\n');

async function buildThree({ instances, hosts, networks }: Store, network_id: string): Promise<void> {
  const reservation_id = `r-${randomUUID()}`;
  const three = [0, 1, 2].map((launch_index) =>
    newInstance({ uuid: instanceUuid(randomUUID()), reservation_id, launch_index }),
  );
  await instances.create(three);
  const [a, b, c] = three.map(({ uuid }) => uuid) as [InstanceUuid, InstanceUuid, InstanceUuid]; // three were made
  await Promise.all([a, b, c].map((uuid) => hosts.claim(uuid, hostName('host-1'), TINY)));
  await hosts.claim(a, hostName('host-2'), TINY);
  await networks.allocate({ instance_uuid: a, project_id: DEMO, network_id });
  await networks.allocate({ instance_uuid: b, project_id: DEMO, network_id });
  const fault = { code: 500, message: 'failed', details: '' };
  await instances.save(b, { vm_state: 'error' }, { fault, release_claim: true });
  await networks.deallocate(b);
  await instances.destroy(c);
}
