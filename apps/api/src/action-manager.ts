import { ACTIONS, type Action, type ActionRule, type HostName, type Instance, type TaskState } from '@novasim/cloud';
import type { RequestContext, Transport } from '@novasim/rpc';
import { ComputeAPI } from '@novasim/rpcapi';
import type { Logger, NovaContext, ToldInstances } from '@novasim/service';
import type { Instances } from '@novasim/store';
import { assertBus, handOver } from './hand-over.ts';
import { conflict } from './http/errors.ts';
import { actingHost, assertMayUnlock, assertState, assertUnlocked, lockerOf } from './tasks/action-refusals.ts';
import { serverNotFound } from './tasks/find-server.ts';

export interface ActionDeps {
  readonly instances: ToldInstances<Instances>;
  readonly transport: Transport;
  readonly log: Logger;
  readonly castTimeoutMs: number;
}

/** An action that the host of a server does. */
export interface HostAct {
  readonly action: Action;
  /** The task that it begins. */
  readonly task_state: TaskState;
  /** Hands it to the host. */
  readonly cast: (compute: ComputeAPI, ctx: RequestContext, host: HostName, instance: Instance) => Promise<void>;
}

/** The api's own half of an action on a server: its task by compare-and-swap, then one cast to its host. A lock is a row only. */
export class ActionManager {
  readonly #deps: ActionDeps;
  readonly #compute: ComputeAPI;

  constructor(deps: ActionDeps) {
    this.#deps = deps;
    this.#compute = new ComputeAPI(deps.transport);
  }

  /**
   * Begins an action. Its host need not be up: the message waits for it. One that the broker did not take takes its task back.
   * @throws {HttpError} 409 when it is locked or not in a state for it, 404 when it is gone, 503 when the message could not be sent.
   */
  async act(ctx: NovaContext, instance: Instance, { action, task_state, cast }: HostAct): Promise<void> {
    assertUnlocked(ctx, instance);
    const host = actingHost(action, instance);
    assertBus(this.#deps);
    const begun = await this.#begin(ctx, instance, action, task_state);
    const otherwise = `The request could not be handed to host ${host}; ask again.`;
    try {
      await handOver(this.#deps, cast(this.#compute, ctx, host, begun), otherwise);
    } catch (error) {
      await this.#takeBack(ctx, begun);
      throw error;
    }
  }

  /** Whoever has locked it first keeps it, unless an administrator from elsewhere locks it too. */
  async lock(ctx: NovaContext, instance: Instance): Promise<void> {
    const locked_by = lockerOf(ctx, instance);
    if (instance.locked_by === null || locked_by === 'admin') await this.#saveLock(ctx, instance, locked_by);
  }

  /** @throws {HttpError} 403 when an administrator has locked it and somebody else asks. */
  async unlock(ctx: NovaContext, instance: Instance): Promise<void> {
    assertMayUnlock(ctx, instance);
    await this.#saveLock(ctx, instance, null);
  }

  /** Of several that ask at once one begins; the others are refused by what they find. */
  async #begin(ctx: NovaContext, { uuid }: Instance, action: Action, task_state: TaskState): Promise<Instance> {
    const rule: ActionRule = ACTIONS[action];
    const expected = {
      ...(rule.vm_states && { vm_state: rule.vm_states }),
      ...(rule.task_states && { task_state: rule.task_states }),
    };
    const saved = await this.#deps.instances.save(ctx, uuid, { task_state }, { expected });
    if (saved.outcome === 'missing') throw serverNotFound(uuid);
    if (saved.outcome === 'unexpected') {
      assertState(action, saved.instance);
      throw conflict(`Instance ${uuid} was changed meanwhile; ask again.`);
    }
    return saved.instance;
  }

  async #takeBack(ctx: NovaContext, { uuid, task_state }: Instance): Promise<void> {
    try {
      await this.#deps.instances.save(ctx, uuid, { task_state: null }, { expected: { task_state: [task_state] } });
    } catch (err) {
      this.#deps.log.error({ instance_uuid: uuid, err }, 'a task that was never handed over stays');
    }
  }

  async #saveLock(ctx: NovaContext, { uuid }: Instance, locked_by: Instance['locked_by']): Promise<void> {
    const saved = await this.#deps.instances.save(ctx, uuid, { locked_by });
    if (saved.outcome !== 'saved') throw serverNotFound(uuid);
  }
}
