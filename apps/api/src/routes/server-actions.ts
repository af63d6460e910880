import { POWER_CHANGES, type PowerAction, REBOOT_TASKS, type RebootType } from '@novasim/cloud';
import type { Store } from '@novasim/store';
import type { ActionManager, HostAct } from '../action-manager.ts';
import { type Operation, operation } from '../http/operation.ts';
import { type ActionKey, keyOf, type ServerAction, serverAction } from '../schemas/server-action.ts';
import { findServer } from '../tasks/find-server.ts';

export interface ServerActionDeps {
  readonly store: Store;
  readonly actions: ActionManager;
}

/** `/servers/{id}/action` (nova/api/openstack/compute: servers.py, pause_server.py, suspend_server.py, lock_server.py). */
export function serverActionOperation({ store, actions }: ServerActionDeps): Operation {
  return operation({
    method: 'post',
    path: '/servers/{id}/action',
    summary: 'Stop, start, reboot, pause, suspend or lock a server, or undo that',
    body: serverAction,
    answers: { 202: undefined },
    async run(request) {
      const { context } = request.caller;
      const instance = await findServer(store, request);
      const key = keyOf(request.body);
      if (key === 'lock' || key === 'unlock') await actions[key](context, instance);
      else await actions.act(context, instance, hostActOf(key, request.body));
      return { status: 202 };
    },
  });
}

type HostKey = Exclude<ActionKey, 'lock' | 'unlock'>;

function hostActOf(key: HostKey, { reboot }: ServerAction): HostAct {
  if (key === 'reboot') return rebootOf(reboot?.type.toUpperCase() === 'HARD' ? 'HARD' : 'SOFT');
  return powerChangeOf(key === 'os-start' ? 'start' : key === 'os-stop' ? 'stop' : key);
}

function powerChangeOf(action: PowerAction): HostAct {
  return {
    action,
    task_state: POWER_CHANGES[action].task_state,
    cast: (compute, ctx, host, instance) => compute[`${action}_instance`](ctx, host, instance),
  };
}

function rebootOf(reboot_type: RebootType): HostAct {
  return {
    action: reboot_type === 'HARD' ? 'hard_reboot' : 'soft_reboot',
    task_state: REBOOT_TASKS[reboot_type][0],
    cast: (compute, ctx, host, instance) => compute.reboot_instance(ctx, host, { instance, reboot_type }),
  };
}
