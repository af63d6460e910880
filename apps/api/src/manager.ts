import { randomBytes, randomUUID } from 'node:crypto';
import { type Instance, type InstanceUuid, instanceUuid } from '@novasim/cloud';
import type { Transport } from '@novasim/rpc';
import { ComputeAPI, type RunInstanceArgs, SchedulerAPI } from '@novasim/rpcapi';
import type { Logger, NovaContext, ToldInstances } from '@novasim/service';
import type { Instances, NewInstance, Store } from '@novasim/store';
import { assertBus, handOver } from './hand-over.ts';
import { notFound } from './http/errors.ts';
import type { BuildPlan } from './tasks/plan-build.ts';

export interface ManagerDeps {
  readonly store: Store;
  /** Those of the store, for what is written. */
  readonly instances: ToldInstances<Instances>;
  readonly transport: Transport;
  readonly log: Logger;
  readonly castTimeoutMs: number;
}

/** What a boot began. */
export interface Booted {
  readonly instances: readonly Instance[];
  readonly reservationId: string;
  readonly adminPassword: string;
}

/** The api's own half of boot and terminate: rows first, then one cast. */
export class ComputeManager {
  readonly #deps: ManagerDeps;
  readonly #scheduler: SchedulerAPI;
  readonly #compute: ComputeAPI;

  constructor(deps: ManagerDeps) {
    this.#deps = deps;
    this.#scheduler = new SchedulerAPI(deps.transport);
    this.#compute = new ComputeAPI(deps.transport);
  }

  /**
   * Begins builds and asks the scheduler for hosts. Without a bus nothing begins: rows whose cast the broker did not take
   * are taken back.
   * @throws {HttpError} 503 when the message could not be sent.
   */
  async boot(ctx: NovaContext, plan: BuildPlan): Promise<Booted> {
    assertBus(this.#deps);
    const reservationId = `r-${randomText(8, RESERVATION_LETTERS)}`;
    const adminPassword = plan.adminPassword ?? randomText(12, PASSWORD_LETTERS);
    const instances = await this.#deps.instances.create(ctx, rowsOf(plan, reservationId));
    try {
      const args = runInstanceArgs(plan, instances, { reservationId, adminPassword });
      const otherwise = 'The request could not be handed to the scheduler; nothing was created.';
      await handOver(this.#deps, this.#scheduler.run_instance(ctx, args), otherwise);
    } catch (error) {
      await this.#takeBack(ctx, instances);
      throw error;
    }
    return { instances, reservationId, adminPassword };
  }

  /**
   * Begins the end of an instance: on its host when it has one, else here. Asking again while it is being deleted sends the
   * message again, so that a lost one does no harm.
   * @throws {HttpError} 404 when it is gone, 503 when the message could not be sent.
   */
  async terminate(ctx: NovaContext, uuid: InstanceUuid): Promise<void> {
    const { instances, store } = this.#deps;
    // First what can be done at once and whole: a build that is still on its way meets the missing row and stops.
    if (await instances.destroy(ctx, uuid, { expected: { host: null } })) return;
    const saved = await instances.save(ctx, uuid, { task_state: 'deleting' });
    if (saved.outcome !== 'saved') throw notFound(`Instance ${uuid} could not be found.`);
    // Its host handed it back between the two: then it is nobody's, and ours to delete.
    if (saved.instance.host === null && (await instances.destroy(ctx, uuid, { expected: { host: null } }))) return;
    return this.#castTerminate(ctx, (await store.instances.get(uuid)) ?? saved.instance);
  }

  async #castTerminate(ctx: NovaContext, instance: Instance): Promise<void> {
    if (instance.host === null) return;
    assertBus(this.#deps);
    const otherwise = `The request could not be handed to host ${instance.host}; ask again.`;
    await handOver(this.#deps, this.#compute.terminate_instance(ctx, instance.host, instance), otherwise);
  }

  /** The message may still arrive later: it then finds no live build. */
  async #takeBack(ctx: NovaContext, created: readonly Instance[]): Promise<void> {
    const { instances, log } = this.#deps;
    for (const { uuid } of created) {
      try {
        await instances.destroy(ctx, uuid);
      } catch (err) {
        log.error({ instance_uuid: uuid, err }, 'a build that was never asked for stays; it will be failed by its age');
      }
    }
  }
}

function rowsOf(plan: BuildPlan, reservation_id: string): readonly NewInstance[] {
  return Array.from({ length: plan.count }, (_, launch_index) => ({
    ...plan.common,
    uuid: instanceUuid(randomUUID()),
    display_name: plan.count === 1 ? plan.name : `${plan.name}-${launch_index + 1}`,
    reservation_id,
    launch_index,
  }));
}

function runInstanceArgs(
  { common, image, name, ...plan }: BuildPlan,
  instances: readonly Instance[],
  { reservationId, adminPassword }: { reservationId: string; adminPassword: string },
): RunInstanceArgs {
  return {
    request_spec: {
      instance_uuids: instances.map(({ uuid }) => uuid),
      num_instances: instances.length,
      image: { id: image.id, name: image.name, min_disk: image.min_disk, min_ram: image.min_ram },
      instance_type: common.flavor,
      instance_properties: {
        project_id: common.project_id,
        user_id: common.user_id,
        display_name: name,
        reservation_id: reservationId,
        availability_zone: common.availability_zone,
      },
      security_groups: plan.securityGroups,
    },
    admin_password: adminPassword,
    injected_files: plan.injectedFiles,
    requested_networks: plan.networks,
    is_first_time: true,
    filter_properties: {
      ...(plan.forceHost === undefined ? {} : { force_hosts: [plan.forceHost] }),
      ...(plan.schedulerHints === undefined ? {} : { scheduler_hints: plan.schedulerHints }),
    },
  };
}

const RESERVATION_LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
/** Nova's letters for passwords: none that look like another. */
const PASSWORD_LETTERS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

function randomText(length: number, letters: string): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length * 2)) {
      // A byte beyond the last whole round would favour the first letters.
      if (byte < 256 - (256 % letters.length) && text.length < length) text += letters[byte % letters.length];
    }
  }
  return text;
}
