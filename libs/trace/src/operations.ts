import type { FlowHop } from './flow.ts';

/** The operation that a flow looks like, by what began it: Nova's name of the action, or `periodic`. */
export function operationOf(hops: readonly FlowHop[]): string | undefined {
  const first = hops.find(({ kind }) => kind === 'call' || kind === 'cast' || kind === 'fanout');
  if (first?.method === undefined) return undefined;
  return BEGINNINGS[first.method] ?? (PERIODIC.has(first.method) && hops.length <= 40 ? 'periodic' : undefined);
}

/** The first request of an operation, novasim's or Nova's. */
const BEGINNINGS: Readonly<Record<string, string>> = {
  run_instance: 'boot',
  schedule_and_build_instances: 'boot',
  build_instances: 'boot',
  build_and_run_instance: 'boot',
  terminate_instance: 'delete',
  soft_delete_instance: 'delete',
  start_instance: 'start',
  stop_instance: 'stop',
  reboot_instance: 'reboot',
  pause_instance: 'pause',
  unpause_instance: 'unpause',
  suspend_instance: 'suspend',
  resume_instance: 'resume',
  rescue_instance: 'rescue',
  unrescue_instance: 'unrescue',
  shelve_instance: 'shelve',
  unshelve_instance: 'unshelve',
  rebuild_instance: 'rebuild',
  migrate_server: 'migrate',
  confirm_resize: 'confirm resize',
  revert_resize: 'revert resize',
  live_migrate_instance: 'live migrate',
  snapshot_instance: 'create image',
  backup_instance: 'backup',
  set_admin_password: 'set password',
  attach_interface: 'attach interface',
  detach_interface: 'detach interface',
};

/** What services send of themselves when nobody asks. */
const PERIODIC: ReadonlySet<string> = new Set([
  'object_action',
  'object_class_action_versions',
  'instance_get_all_by_host',
  'service_update',
  'compute_node_update',
  'report_state',
  'update_service_capabilities',
  'publish_service_capabilities',
  'update_instance_info',
  'sync_instance_info',
  'ping',
]);
