import { ACTIONS, type Action, actionHurdle, type HostName, type Instance } from '@novasim/cloud';
import type { NovaContext } from '@novasim/service';
import { conflict, deniedByPolicy } from '../http/errors.ts';

/**
 * Nothing is done to what is locked, unless an administrator asks (nova/compute/api.py, check_instance_lock).
 * @throws {HttpError} 409
 */
export function assertUnlocked({ is_admin }: NovaContext, { uuid, locked_by }: Instance): void {
  if (locked_by !== null && !is_admin) throw conflict(`Instance ${uuid} is locked`);
}

/**
 * Only from the states that Nova takes an action in (check_instance_state), in the words of
 * raise_http_conflict_for_instance_invalid_state (nova/api/openstack/common.py).
 * @throws {HttpError} 409
 */
export function assertState(action: Action, instance: Instance): void {
  const attribute = actionHurdle(action, instance);
  if (attribute === undefined) return;
  const [key = action] = Object.keys(ACTIONS[action].body ?? {});
  const word = key.replace(/^os-/, '');
  throw conflict(
    attribute === 'launched_at'
      ? `Instance ${instance.uuid} is in an invalid state for '${word}'`
      : `Cannot '${word}' instance ${instance.uuid} while it is in ${attribute} ${instance[attribute] ?? 'None'}`,
  );
}

/**
 * Whose host it is to act; a stop and a start ask for that before they ask for the state (check_instance_host).
 * @throws {HttpError} 409
 */
export function actingHost(action: Action, instance: Instance): HostName {
  const { uuid, host } = instance;
  if (host !== null || !ASK_FOR_HOST_FIRST.has(action)) assertState(action, instance);
  if (host === null) throw conflict(`Instance ${uuid} is not ready`);
  return host;
}

const ASK_FOR_HOST_FIRST: ReadonlySet<Action> = new Set(['start', 'stop']);

/**
 * What an administrator has locked only administrators unlock.
 * @throws {HttpError} 403
 */
export function assertMayUnlock(ctx: NovaContext, instance: Instance): void {
  const { locked_by } = instance;
  if (locked_by === null || locked_by === lockerOf(ctx, instance) || ctx.is_admin) return;
  throw deniedByPolicy('os_compute_api:os-lock-server:unlock:unlock_override');
}

/** As what somebody locks a server: its own project, or an administrator from elsewhere. */
export function lockerOf({ project_id }: NovaContext, instance: Instance): 'owner' | 'admin' {
  return instance.project_id === project_id ? 'owner' : 'admin';
}
