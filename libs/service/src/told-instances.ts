import type { Instance, InstanceUpdates, InstanceUuid, TaskState, VmState } from '@novasim/cloud';
import type { RequestContext } from '@novasim/rpc';
import { type InstanceState, updatePayload } from './instance-payloads.ts';
import type { Notifications } from './notifications.ts';

/** What a save may expect, as far as it says what was there before. */
interface Expecting {
  readonly expected?: {
    readonly task_state?: readonly (TaskState | null)[];
    readonly vm_state?: readonly VmState[];
  };
}

type Outcome =
  | { readonly outcome: 'saved'; readonly instance: Instance }
  | { readonly outcome: 'unexpected'; readonly instance: Instance }
  | { readonly outcome: 'missing' };

/** What is needed of a store's instances; those of `@novasim/store` have it. */
interface InstanceRows {
  create(rows: never): Promise<readonly Instance[]>;
  get(uuid: InstanceUuid): Promise<Instance | undefined>;
  save(uuid: InstanceUuid, updates: InstanceUpdates, options?: Expecting): Promise<Outcome>;
  destroy(uuid: InstanceUuid, options?: Expecting): Promise<boolean>;
}

/** What the rows take, as they name it themselves. */
type NewOf<Rows extends InstanceRows> = Parameters<Rows['create']>[0];
type SaveOf<Rows extends InstanceRows> = Parameters<Rows['save']>[2] & Expecting;
type DestroyOf<Rows extends InstanceRows> = Parameters<Rows['destroy']>[1] & Expecting;

/**
 * The instances of the store for whoever writes them: every change of state, and of the host, is told on the bus as
 * `compute.instance.update`. Unlike Nova, whose conductor tells in the name of compute, the publisher is who saved.
 */
export class ToldInstances<Rows extends InstanceRows> {
  readonly #rows: Rows;
  readonly #notifications: Notifications;

  constructor(rows: Rows, notifications: Notifications) {
    this.#rows = rows;
    this.#notifications = notifications;
  }

  async create(ctx: RequestContext, rows: NewOf<Rows>): Promise<readonly Instance[]> {
    const made = await this.#rows.create(rows);
    for (const instance of made) this.#tell(ctx, instance, instance);
    return made;
  }

  async save(
    ctx: RequestContext,
    uuid: InstanceUuid,
    updates: InstanceUpdates,
    options?: SaveOf<Rows>,
  ): Promise<Outcome> {
    if (!this.#notifications.isOn || !isTold(updates)) return this.#rows.save(uuid, updates, options);
    const before = stateBefore(options) ?? (await this.#rows.get(uuid));
    const saved = await this.#rows.save(uuid, updates, options);
    // Without a row before there was nothing to save either, but for one that came between.
    if (saved.outcome === 'saved') this.#tell(ctx, saved.instance, before ?? saved.instance);
    return saved;
  }

  async destroy(ctx: RequestContext, uuid: InstanceUuid, options?: DestroyOf<Rows>): Promise<boolean> {
    const before = this.#notifications.isOn ? await this.#rows.get(uuid) : undefined;
    const wasThere = await this.#rows.destroy(uuid, options);
    if (wasThere && before !== undefined) {
      this.#tell(ctx, { ...before, vm_state: 'deleted', task_state: null }, before);
    }
    return wasThere;
  }

  #tell(ctx: RequestContext, instance: Instance, before: InstanceState): void {
    this.#notifications.info(ctx, 'compute.instance.update', updatePayload(instance, before));
  }
}

/** What a build that is only renewed saves is no news. */
function isTold(updates: InstanceUpdates): boolean {
  return updates.vm_state !== undefined || updates.task_state !== undefined || updates.host !== undefined;
}

/** The state that a save found, where it expects exactly one: then nobody need read it. */
function stateBefore(options: Expecting | undefined): InstanceState | undefined {
  const { task_state = [], vm_state = [] } = options?.expected ?? {};
  const [vm, ...otherStates] = vm_state;
  const [task, ...otherTasks] = task_state;
  const isExact = vm !== undefined && task !== undefined && otherStates.length + otherTasks.length === 0;
  return isExact ? { vm_state: vm, task_state: task } : undefined;
}
