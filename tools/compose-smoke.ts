import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

// The cloud in containers, as a person would try it: up, boot, read the log, delete, kill a compute host, down. Prints one line
// a check and at last `N passed, N failed`. Runs under a project name, an image name and ports of its own.
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PROJECT = `novasim-smoke-${process.pid}`;
const SERVICES = ['api', 'scheduler', 'conductor', 'compute', 'network', 'observer'] as const;
const ADMIN_PASSWORD = 'smoke-admin';

const [API_PORT, BROKER_PORT, MANAGEMENT_PORT, POSTGRES_PORT, OBSERVER_PORT] = await freePorts(5);
const env = {
  ...process.env,
  COMPOSE_PROJECT_NAME: PROJECT,
  NOVASIM_IMAGE: 'novasim-smoke',
  API_PORT,
  BROKER_PORT,
  MANAGEMENT_PORT,
  POSTGRES_PORT,
  OBSERVER_PORT,
  ADMIN_PASSWORD,
  LOG_FORMAT: 'pretty',
  // Long enough to be killed in, and a lost build is found soon.
  COMPUTE_SPAWN_MS: '3000',
  BUILD_TIMEOUT_MS: '15000',
};
const api = `http://127.0.0.1:${API_PORT}`;
const servers = `${api}/compute/v2.1/servers`;

/** The classic boot, as the senders tell it: `sent cast run_instance nova/scheduler`. */
const BOOT_HOPS = [
  /^api\S* +sent cast run_instance nova\/scheduler$/,
  /^scheduler\S* +sent cast build_instances nova\/conductor$/,
  /^conductor\S* +sent cast build_and_run_instance nova\/compute\.compute-\d$/,
  /^compute\S* +sent call instance_update nova\/conductor$/,
  /^compute\S* +sent call allocate_for_instance nova\/network$/,
  /^compute\S* +sent call instance_update nova\/conductor$/,
];

let passed = 0;
let failed = 0;

try {
  if (await check('docker compose up --build --wait: everything is healthy', up)) {
    const booted = await check('a boot is ACTIVE with an address', bootAndWait);
    if (booted !== undefined) {
      await check('the log tells the hops of its request in order', () => hopsInLog(booted.requestId, BOOT_HOPS));
      await check('the observer has seen the same hops, and serves its pages', () => flowSeen(booted.requestId));
      await check('a delete ends in 404', () => deleteAndWait(booted.id));
    }
    await check('a compute host killed in a build: the instance ends ACTIVE or ERROR', killWhileBuilding);
    await check('docker compose up --scale: more computes and conductors, all healthy', scaleUp);
  }
  if (failed > 0) console.log(await compose('logs', '--tail', '80', ...SERVICES).catch(String));
} finally {
  await check('docker compose down leaves nothing', down);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** Runs one check; answers what it found, `undefined` when it failed. */
async function check<T>(what: string, run: () => Promise<T>): Promise<T | undefined> {
  const startedMs = performance.now();
  const seconds = () => `${((performance.now() - startedMs) / 1_000).toFixed(1)} s`;
  try {
    const found = await run();
    passed += 1;
    console.log(`ok      ${what} (${seconds()})`);
    return found;
  } catch (error) {
    failed += 1;
    console.log(
      `FAILED  ${what} (${seconds()})\n${String(error instanceof Error ? error.message : error).replace(/^/gm, '        ')}`,
    );
    return undefined;
  }
}

async function up(): Promise<true> {
  await compose('up', '--build', '--detach', '--wait', '--wait-timeout', '300');
  return true;
}

async function bootAndWait(): Promise<{ id: string; requestId: string }> {
  const booted = await boot('smoke');
  const server = await until('ACTIVE', 30_000, async () => {
    const it = await show(booted.id);
    if (it?.status === 'ERROR') throw new Error(`it went to ERROR: ${JSON.stringify(it)}`);
    return it?.status === 'ACTIVE' ? it : undefined;
  });
  const addresses = Object.values(server.addresses).flat();
  if (!/^10\.0\.\d+\.\d+$/.test(addresses[0]?.addr ?? '')) throw new Error(`no address: ${JSON.stringify(server)}`);
  return booted;
}

/** Do the lines of one request hold the wanted hops, in this order? Other lines may stand between them. */
async function hopsInLog(requestId: string, wanted: readonly RegExp[]): Promise<void> {
  const log = await compose('logs', '--no-color', '--no-log-prefix', ...SERVICES);
  const hops = log
    .split('\n')
    .filter((line) => line.includes(requestId) && / sent (?:cast|call) /.test(line))
    .sort() // each begins with its time; compose mixes the services' lines as they come
    .map((line) => line.replace(/^\S+ /, '').replace(/ \w+=.*$/, ''));
  let at = 0;
  for (const hop of hops) if (wanted[at]?.test(hop)) at += 1;
  if (at < wanted.length) throw new Error(`no ${wanted[at]} after ${at} hops in:\n${hops.join('\n')}`);
}

async function flowSeen(requestId: string): Promise<void> {
  const observer = `http://127.0.0.1:${OBSERVER_PORT}`;
  const flow = await (await fetch(`${observer}/api/flows/${requestId}`)).text();
  for (const method of ['run_instance', 'build_instances', 'build_and_run_instance', 'instance_update']) {
    if (!flow.includes(`"method":"${method}"`)) throw new Error(`no ${method} in ${flow}`);
  }
  const { status } = await fetch(`${observer}/cloud-api/compute/v2.1/servers`);
  if (status !== 200) throw new Error(`the api answers ${status} through the observer`);
  const page = await (await fetch(`${observer}/flows`)).text();
  if (!page.includes('<div id="app">')) throw new Error(`no page: ${page}`);
}

async function deleteAndWait(id: string): Promise<void> {
  const response = await fetch(`${servers}/${id}`, { method: 'DELETE' });
  if (response.status !== 204) throw new Error(`DELETE answers ${response.status}`);
  await until('404', 20_000, async () => ((await show(id)) === undefined ? true : undefined));
}

async function killWhileBuilding(): Promise<void> {
  const { id } = await boot('killed');
  const token = await adminToken();
  const host = await until(
    'a host',
    20_000,
    async () => (await show(id, token))?.['OS-EXT-SRV-ATTR:host'] ?? undefined,
  );
  await docker('kill', `${PROJECT}-${host}`);
  const state = (await show(id))?.status;
  if (state !== 'BUILD') throw new Error(`it was ${state} when its host ${host} was killed: not in its build`);
  await compose('up', '--detach', '--no-recreate');
  const server = await until('ACTIVE or ERROR', 90_000, async () => {
    const it = await show(id);
    return it?.status === 'ACTIVE' || it?.status === 'ERROR' ? it : undefined;
  });
  if (server.status === 'ERROR' && !server.fault?.message)
    throw new Error(`ERROR without a fault: ${JSON.stringify(server)}`);
  await deleteAndWait(id);
}

async function scaleUp(): Promise<void> {
  const scale = ['--scale', 'compute=5', '--scale', 'conductor=2'];
  await compose('up', '--detach', '--wait', '--wait-timeout', '180', '--no-recreate', ...scale);
  const names = (await compose('ps', '--format', '{{.Name}} {{.Health}}')).trim().split('\n');
  const healthy = (service: string) =>
    names.filter((line) => line.includes(`-${service}-`) && line.endsWith(' healthy'));
  const counts = [healthy('compute').length, healthy('conductor').length];
  if (counts.join() !== '5,2')
    throw new Error(`computes and conductors that are healthy: ${counts}\n${names.join('\n')}`);
}

async function down(): Promise<void> {
  await compose('down', '--volumes', '--timeout', '15');
  const filter = `label=com.docker.compose.project=${PROJECT}`;
  const left = await Promise.all([
    docker('ps', '--all', '--quiet', '--filter', filter),
    docker('volume', 'ls', '--quiet', '--filter', filter),
    docker('network', 'ls', '--quiet', '--filter', filter),
  ]);
  if (left.join('').trim() !== '') throw new Error(`left: ${left.join(' ')}`);
}

interface Server {
  readonly status: string;
  readonly addresses: Readonly<Record<string, readonly { readonly addr: string }[]>>;
  readonly fault?: { readonly message?: string };
  readonly 'OS-EXT-SRV-ATTR:host'?: string | null;
}

async function boot(name: string): Promise<{ id: string; requestId: string }> {
  const { images } = await json<{ images: { id: string; name: string }[] }>(`${api}/image/v2/images`);
  const imageRef = images.find((image) => image.name.startsWith('cirros'))?.id;
  const response = await fetch(servers, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ server: { name, flavorRef: '1', imageRef } }),
  });
  const text = await response.text();
  if (response.status !== 202) throw new Error(`POST answers ${response.status} ${text}`);
  const { server } = JSON.parse(text) as { server: { id: string } };
  return { id: server.id, requestId: response.headers.get('x-openstack-request-id') ?? 'no request id' };
}

async function show(id: string, token?: string): Promise<Server | undefined> {
  const response = await fetch(`${servers}/${id}`, token === undefined ? {} : { headers: { 'x-auth-token': token } });
  if (response.status === 404) return undefined;
  return ((await response.json()) as { server: Server }).server;
}

async function adminToken(): Promise<string> {
  const domain = { id: 'default' };
  const response = await fetch(`${api}/identity/v3/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      auth: {
        identity: { methods: ['password'], password: { user: { name: 'admin', domain, password: ADMIN_PASSWORD } } },
        scope: { project: { name: 'demo', domain } },
      },
    }),
  });
  const token = response.headers.get('x-subject-token');
  if (token === null) throw new Error(`no token: ${response.status} ${await response.text()}`);
  return token;
}

async function json<T>(url: string): Promise<T> {
  return (await (await fetch(url)).json()) as T; // a shape of OpenStack's that the caller names
}

async function until<T>(what: string, deadlineMs: number, look: () => Promise<T | undefined>): Promise<T> {
  const endMs = performance.now() + deadlineMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > endMs) throw new Error(`not ${what} within ${deadlineMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function compose(...args: readonly string[]): Promise<string> {
  return docker('compose', ...args);
}

async function docker(...args: readonly string[]): Promise<string> {
  const run = promisify(execFile);
  try {
    return (await run('docker', args, { cwd: ROOT, env, maxBuffer: 2 ** 28 })).stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }; // what execFile adds
    const told = `${stdout}${stderr}`.split('\n').slice(-40).join('\n');
    throw new Error(`docker ${args.join(' ')}:\n${told || String(error)}`);
  }
}

async function freePorts(count: number): Promise<readonly string[]> {
  const probes = await Promise.all(
    Array.from({ length: count }, async () => {
      const probe = createServer();
      await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
      return probe;
    }),
  );
  return Promise.all(
    probes.map(async (probe) => {
      const { port } = probe.address() as { port: number }; // it listens on TCP
      await new Promise((resolve) => probe.close(resolve));
      return String(port);
    }),
  );
}
