import {
  type Flavor,
  type HostName,
  hostName,
  type Image,
  isServiceUp,
  projectId,
  type RequestedNetwork,
  userId,
} from '@novasim/cloud';
import type { NovaContext } from '@novasim/service';
import type { NewInstance, Store } from '@novasim/store';
import { badRequest, conflict, deniedByPolicy, forbidden } from '../http/errors.ts';
import type { ServerCreate } from '../schemas/server-create.ts';

/** A checked request for servers: all that it names exists and fits together. */
export interface BuildPlan {
  readonly name: string;
  readonly count: number;
  readonly common: Omit<NewInstance, 'uuid' | 'display_name' | 'reservation_id' | 'launch_index'>;
  readonly image: Image;
  readonly networks: readonly RequestedNetwork[];
  readonly securityGroups: readonly string[];
  /** The one host that an administrator asked for. */
  readonly forceHost: HostName | undefined;
  readonly schedulerHints: Readonly<Record<string, unknown>> | undefined;
  readonly injectedFiles: readonly (readonly [path: string, base64: string])[];
  readonly adminPassword: string | undefined;
}

export interface PlanDeps {
  readonly store: Store;
  readonly maxServersPerRequest: number;
  readonly serviceDownMs: number;
}

/** Nova's defaults for what one server may bring along. */
const MAX_METADATA_ITEMS = 128;
const MAX_FILES = 5;
const MAX_FILE_BYTES = 10_240;
const GIB = 1024 ** 3;

/**
 * Checks what the schema cannot: that what is named exists, is allowed and fits. Words are Nova's
 * (nova/api/openstack/compute/servers.py and nova/compute/api.py).
 * @throws {HttpError} 400, 403 or 409.
 */
export async function planBuild(
  ctx: NovaContext,
  server: ServerCreate,
  hints: Readonly<Record<string, unknown>> | undefined,
  deps: PlanDeps,
): Promise<BuildPlan> {
  const { store } = deps;
  if (ctx.project_id === null || ctx.user_id === null) throw deniedByPolicy('os_compute_api:servers:create');
  const project = projectId(ctx.project_id);

  const count = countOf(server, deps.maxServersPerRequest);
  refuseWhatIsMissing(server, ctx);
  const zone = await zoneOf(server, ctx, deps);
  const flavor = await flavorOf(store, server.flavorRef, ctx);
  const image = await imageOf(store, server, ctx);
  assertFits(image, flavor);
  const networks = await networksOf(store, server, project, count);

  return {
    name: server.name,
    count,
    image,
    networks,
    securityGroups: ['default'],
    forceHost: zone.host,
    schedulerHints: hints,
    injectedFiles: (server.personality ?? []).map(({ path, contents }) => [path, contents]),
    adminPassword: server.adminPass,
    common: {
      project_id: project,
      user_id: userId(ctx.user_id),
      image_ref: image.id,
      flavor,
      availability_zone: zone.name,
      metadata: server.metadata ?? {},
      key_name: null,
      user_data: server.user_data ?? null,
      config_drive: server.config_drive ?? false,
      access_ip_v4: server.accessIPv4 || null,
      access_ip_v6: server.accessIPv6 || null,
      disk_config: server['OS-DCF:diskConfig'] ?? 'MANUAL',
    },
  };
}

function countOf({ min_count, max_count }: ServerCreate, most: number): number {
  const min = min_count ?? 1;
  const max = max_count ?? min;
  if (min > max) throw badRequest('min_count must be <= max_count');
  if (min > most) {
    throw forbidden(
      `Quota exceeded for instances: Requested ${min}, but one request may ask for at most ${most} instances`,
    );
  }
  return Math.min(max, most);
}

/** What this cloud does not have cannot be found in it. */
function refuseWhatIsMissing(server: ServerCreate, ctx: NovaContext): void {
  if (server.key_name !== undefined) throw badRequest('Invalid key_name provided.');
  for (const { name } of server.security_groups ?? []) {
    if (name !== 'default') throw badRequest(`Security group ${name} not found for project ${ctx.project_id}.`);
  }
  for (const disk of server.block_device_mapping_v2 ?? []) {
    if (disk.source_type !== 'image' || (disk.destination_type ?? 'local') !== 'local') {
      throw badRequest('Block Device Mapping is Invalid: this cloud has no volumes.');
    }
  }
  const items = Object.keys(server.metadata ?? {}).length;
  if (items > MAX_METADATA_ITEMS) throw forbidden(`Maximum number of metadata items exceeds ${MAX_METADATA_ITEMS}`);
  const files = server.personality ?? [];
  const isTooLong = files.some(({ contents }) => Buffer.byteLength(contents, 'base64') > MAX_FILE_BYTES);
  if (files.length > MAX_FILES || isTooLong) throw forbidden('Personality file limit exceeded');
}

/** `zone`, or `zone:host` for administrators; the node that Nova takes as a third part says nothing here. */
async function zoneOf(
  { availability_zone: asked }: ServerCreate,
  ctx: NovaContext,
  { store, serviceDownMs }: PlanDeps,
): Promise<{ name: string | null; host: HostName | undefined }> {
  if (asked === undefined) return { name: null, host: undefined };
  const [zone = '', host, ...rest] = asked.split(':');
  if (rest.length > 1) throw badRequest('Invalid input received: Unable to parse availability_zone');
  const forced = host || rest[0];
  if (forced && !ctx.is_admin) throw deniedByPolicy('os_compute_api:servers:create:forced_host');

  const computes = await store.hosts.services({ binary: 'nova-compute' });
  if (forced) {
    if (!computes.some((service) => service.host === forced))
      throw badRequest(`Compute host ${forced} could not be found.`);
  } else {
    const up = computes.filter((service) => !service.disabled && isServiceUp(service, Date.now(), serviceDownMs));
    if (!up.some((service) => service.availability_zone === zone)) {
      throw badRequest('The requested availability zone is not available');
    }
  }
  return { name: zone === '' ? null : zone, host: forced ? hostName(forced) : undefined };
}

async function flavorOf(store: Store, flavorRef: string, ctx: NovaContext): Promise<Flavor> {
  const flavor = await store.flavors.get(flavorRef);
  if (flavor === undefined || flavor.disabled || !(flavor.is_public || ctx.is_admin)) {
    throw badRequest(`Flavor ${flavorRef} could not be found.`);
  }
  return flavor;
}

async function imageOf(store: Store, server: ServerCreate, ctx: NovaContext): Promise<Image> {
  const id = server.imageRef;
  if (id === undefined || id === '') throw badRequest('Missing imageRef attribute');
  const image = await store.images.get(id.toLowerCase());
  if (image === undefined || !(image.visibility === 'public' || image.owner === ctx.project_id || ctx.is_admin)) {
    throw badRequest('Can not find requested image');
  }
  if (image.status !== 'active') throw badRequest(`Image ${image.id} is not active.`);
  return image;
}

/** A flavor without a disk takes the size of the image. */
function assertFits(image: Image, flavor: Flavor): void {
  if (flavor.memory_mb < image.min_ram) throw badRequest("Flavor's memory is too small for requested image.");
  if (flavor.root_gb === 0) return;
  const tooSmall = `Flavor's disk is too small for requested image. Flavor disk is ${flavor.root_gb * GIB} bytes,`;
  if (image.size > flavor.root_gb * GIB) throw badRequest(`${tooSmall} image is ${image.size} bytes.`);
  if (image.min_disk > flavor.root_gb) throw badRequest(`${tooSmall} minimum is ${image.min_disk * GIB} bytes.`);
}

/** The networks asked for; without any the one that the project can use, if there is just one. */
async function networksOf(
  store: Store,
  { networks: asked }: ServerCreate,
  project_id: ReturnType<typeof projectId>,
  count: number,
): Promise<readonly RequestedNetwork[]> {
  if (asked === undefined || asked.length === 0) {
    const usable = await store.networks.list({ project_id });
    if (usable.length > 1) throw conflict('Multiple possible networks found, use a Network ID to be more specific.');
    return usable.map(({ id }) => ({ network_id: id }));
  }
  const requested: RequestedNetwork[] = [];
  for (const { uuid, port, fixed_ip } of asked) {
    if (port !== undefined && port !== null) throw badRequest(`Port id ${port} could not be found.`);
    if (uuid === undefined) throw badRequest("Bad network format: missing 'uuid'");
    if (fixed_ip !== undefined && count > 1) {
      throw badRequest('Invalid fixed IP Address: max_count cannot be greater than 1 if an fixed_ip is specified.');
    }
    if (fixed_ip?.includes(':')) throw badRequest(`Invalid fixed IP address (${fixed_ip})`);
    const network = await store.networks.get(uuid.toLowerCase());
    if (network === undefined || !(network.shared || network.project_id === project_id)) {
      throw badRequest(`Network ${uuid} could not be found.`);
    }
    requested.push({ network_id: network.id, ...(fixed_ip === undefined ? {} : { fixed_ip }) });
  }
  return requested;
}
