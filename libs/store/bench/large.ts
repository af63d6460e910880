/**
 * What a large cloud costs: a list of 500 with its interfaces among many rows, and the next address of a /16 that is nearly
 * full. `node bench/large.ts [url]`; without a URL a SQLite database in memory. Filling takes about a minute.
 */
import { randomUUID } from 'node:crypto';
import { instanceUuid, projectId } from '@novasim/cloud';
import { newInstance } from '@novasim/testkit/new-instance';
import { NoMoreAddresses, openStore } from '../src/index.ts';

const LIVE = 2_000;
const GONE = 20_000;
const project_id = projectId('p');

await using store = await openStore(process.argv[2] ?? 'sqlite::memory:');
const { instances, networks } = store;
const network = await networks.create({ name: 'large', project_id, shared: true, cidr: '10.0.0.0/16' });
const plug = (instance_uuid: ReturnType<typeof instanceUuid>) =>
  networks.allocate({ instance_uuid, project_id, network_id: network.id });

const gone = await instances.create(many(GONE));
for (const { uuid } of gone) await instances.destroy(uuid);
const live = await instances.create(many(LIVE));
for (const { uuid } of live) await plug(uuid);

await measured('list of 500', 50, async () => {
  const page = await instances.list({ project_id }, { limit: 500 });
  if (page.length !== 500) throw new Error(`${page.length} instances`);
});
const page = (await instances.list({ project_id }, { limit: 500 })).map(({ uuid }) => uuid);
await measured('interfaces of 500', 50, () => networks.vifs(page));
await measured('faults of 500', 50, () => instances.faults(page));
await measured('stuck builds', 50, () => instances.stuckBuilds(Date.now(), 100));
await measured('leaks', 50, () => instances.leaks(Date.now(), 100));

const [holder, churner] = await instances.create(many(2));
if (holder === undefined || churner === undefined) throw new Error('two were made');
await measured('address of a /16 nearly empty', 500, () => plug(churner.uuid));
await networks.deallocate(churner.uuid);
await plug(churner.uuid);
try {
  for (;;) await plug(holder.uuid);
} catch (error) {
  if (!(error instanceof NoMoreAddresses)) throw error;
}
await measured('address of a /16 with one free, and back', 500, async () => {
  await networks.deallocate(churner.uuid);
  await plug(churner.uuid);
});
await measured('no address in a full /16', 500, () => plug(churner.uuid).catch(() => undefined));

function many(count: number) {
  return Array.from({ length: count }, () => newInstance({ uuid: instanceUuid(randomUUID()), project_id }));
}

async function measured(what: string, times: number, work: () => Promise<unknown>): Promise<void> {
  const start = performance.now();
  for (let count = 0; count < times; count += 1) await work();
  console.log(`${what}: ${((performance.now() - start) / times).toFixed(3)} ms`);
}
