import type { Flavor, Instance } from '@novasim/cloud';
import type { Selectable } from 'kysely';
import type { InstanceRow } from './schema.ts';

export function instanceOf(row: Selectable<InstanceRow>): Instance {
  return {
    uuid: row.uuid,
    id: row.id,
    display_name: row.display_name,
    project_id: row.project_id,
    user_id: row.user_id,
    reservation_id: row.reservation_id,
    launch_index: row.launch_index,
    image_ref: row.image_ref,
    flavor: JSON.parse(row.flavor) as Flavor, // written from a Flavor
    vm_state: row.vm_state,
    task_state: row.task_state,
    power_state: row.power_state,
    host: row.host,
    node: row.node,
    availability_zone: row.availability_zone,
    metadata: JSON.parse(row.metadata) as Record<string, string>, // written from one
    key_name: row.key_name,
    user_data: row.user_data,
    config_drive: row.config_drive === 1,
    access_ip_v4: row.access_ip_v4,
    access_ip_v6: row.access_ip_v6,
    disk_config: row.disk_config,
    locked_by: row.locked_by,
    created_at: row.created_at,
    updated_at: row.updated_at,
    launched_at: row.launched_at,
    terminated_at: row.terminated_at,
    deleted_at: row.deleted_at,
    version: row.version,
  };
}
