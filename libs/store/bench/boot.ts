/**
 * CPU that the store costs a boot: create, claim, allocate, five saves, destroy, deallocate, as the services do it.
 * `node bench/boot.ts [boots] [processes] [url]`; without a URL a new SQLite file.
 */
import { spawn } from 'node:child_process';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostName, projectId } from '@novasim/cloud';
import { newInstance } from '@novasim/testkit/new-instance';
import { openStore, type Store } from '../src/index.ts';

const [boots = '2000', processes = '1', url] = process.argv.slice(2);
const CONCURRENCY = 8;
const NETWORK = '7a5b6a3e-93f5-4a3b-9d0c-1f6a52c1d111';

if (process.env['BENCH_WORKER'] === undefined) await measure();
else await work(url ?? '');

async function measure(): Promise<void> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'novasim-bench-'));
  const target = url ?? `sqlite:${folder.path}/bench.db`;
  await prepare(target);
  const start = performance.now();
  const runs = Array.from({ length: Number(processes) }, () => worker(target));
  const cpuUs = (await Promise.all(runs)).reduce((sum, one) => sum + one, 0);
  const all = Number(boots) * Number(processes);
  const seconds = (performance.now() - start) / 1_000;
  console.log(
    `${all} boots by ${processes} process(es): ${(cpuUs / all).toFixed(0)} µs of CPU a boot, ` +
      `${(all / seconds).toFixed(0)} boots/s with start-up`,
  );
}

async function prepare(target: string): Promise<void> {
  await using store = await openStore(target);
  await store.hosts.upsertNode({
    host: hostName('host-1'),
    hypervisor_hostname: 'host-1',
    total: { vcpus: 100_000, memory_mb: 100_000_000, local_gb: 1_000_000 },
    availability_zone: 'nova',
  });
  if ((await store.networks.get(NETWORK)) !== undefined) return;
  await store.networks.create({
    id: NETWORK,
    name: 'bench',
    project_id: projectId('p'),
    shared: true,
    cidr: '10.0.0.0/16',
  });
}

/** Microseconds of CPU that a process of its own took for its boots, without opening and warming up. */
async function worker(target: string): Promise<number> {
  const child = spawn(process.execPath, [import.meta.filename, boots, processes, target], {
    env: { ...process.env, BENCH_WORKER: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const chunk of child.stdout) output += String(chunk);
  return Number(output);
}

async function work(target: string): Promise<void> {
  await using store = await openStore(target);
  await run(store, 200);
  const before = process.cpuUsage();
  await run(store, Number(boots));
  const { user, system } = process.cpuUsage(before);
  console.log(user + system);
}

async function run(store: Store, count: number): Promise<void> {
  let left = count;
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      while (left > 0) {
        left -= 1;
        await boot(store);
      }
    }),
  );
}

async function boot({ instances, hosts, networks }: Store): Promise<void> {
  const asked = newInstance();
  const { uuid, project_id } = asked;
  const host = hostName('host-1');
  await instances.create([asked]);
  await hosts.claim(uuid, host, { vcpus: 1, memory_mb: 512, local_gb: 1 });
  await instances.save(uuid, { host, node: host, task_state: null }, { expected: { task_state: ['scheduling'] } });
  await instances.save(uuid, { task_state: 'networking' }, { expected: { task_state: [null] } });
  await networks.allocate({ instance_uuid: uuid, project_id, network_id: NETWORK });
  await instances.save(uuid, { task_state: 'block_device_mapping' }, { expected: { task_state: ['networking'] } });
  await instances.save(uuid, { task_state: 'spawning' }, { expected: { task_state: ['block_device_mapping'] } });
  const launched_at = new Date().toISOString();
  const active = { vm_state: 'active', task_state: null, power_state: 1, launched_at } as const;
  const outcome = await instances.save(uuid, active, { expected: { task_state: ['spawning'] } });
  if (outcome.outcome !== 'saved') throw new Error(`the last save was ${outcome.outcome}`);
  await instances.destroy(uuid);
  if ((await networks.deallocate(uuid)) !== 1) throw new Error('no port was freed');
}
