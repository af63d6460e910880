import type { Migration } from '../migrate.ts';

/** Everything a boot needs: instances, hosts and claims, networks and ports, flavors, images, identity. */
export const tables: Migration = {
  name: '0001-tables',
  statements: (dialect) => {
    const { text, wide, serial, clustered } = dialect;
    return [
      `create table instances (
        id ${serial},
        uuid ${text} not null unique,
        display_name ${text} not null,
        project_id ${text} not null,
        user_id ${text} not null,
        reservation_id ${text} not null,
        launch_index integer not null,
        image_ref ${text} not null,
        flavorid ${text} not null,
        flavor ${text} not null,
        vm_state ${text} not null,
        task_state ${text},
        power_state integer not null,
        host ${text},
        node ${text},
        availability_zone ${text},
        metadata ${text} not null,
        key_name ${text},
        config_drive integer not null,
        access_ip_v4 ${text},
        access_ip_v6 ${text},
        disk_config ${text} not null,
        created_at ${text} not null,
        updated_at ${text} not null,
        launched_at ${text},
        terminated_at ${text},
        deleted_at ${text},
        version integer not null,
        user_data ${text}
      )`,
      // Deleted rows stay for ever, so what lists live ones must not meet them.
      `create index instances_live on instances (created_at desc, uuid) where deleted_at is null`,
      `create index instances_live_project on instances (project_id, created_at desc, uuid) where deleted_at is null`,
      `create index instances_live_host on instances (host) where deleted_at is null and host is not null`,
      // On id, which never changes: saves that keep a build a build leave the index alone.
      `create index instances_building on instances (id) where deleted_at is null and vm_state = 'building'`,

      `create table instance_faults (
        id ${serial},
        instance_uuid ${text} not null references instances (uuid),
        code integer not null,
        message ${text} not null,
        details ${text} not null,
        created_at ${text} not null
      )`,
      `create index instance_faults_instance on instance_faults (instance_uuid, id)`,

      `create table services (
        uuid ${text} not null unique,
        "binary" ${text} not null,
        host ${text} not null,
        topic ${text} not null,
        disabled integer not null,
        disabled_reason ${text},
        availability_zone ${text} not null,
        report_count integer not null,
        last_seen_ms ${wide} not null,
        created_at ${text} not null,
        primary key ("binary", host)
      )`,

      `create table compute_nodes (
        host ${text} not null primary key,
        hypervisor_hostname ${text} not null,
        vcpus integer not null,
        memory_mb integer not null,
        local_gb integer not null,
        used_vcpus integer not null,
        used_memory_mb integer not null,
        used_local_gb integer not null,
        running_vms integer not null,
        availability_zone ${text} not null,
        updated_at ${text} not null
      ) ${clustered}`,
      `create table claims (
        instance_uuid ${text} not null primary key references instances (uuid),
        host ${text} not null references compute_nodes (host),
        vcpus integer not null,
        memory_mb integer not null,
        local_gb integer not null
      ) ${clustered}`,

      `create table networks (
        id ${text} not null primary key,
        name ${text} not null,
        project_id ${text} not null,
        shared integer not null,
        mtu integer not null,
        created_at ${text} not null,
        updated_at ${text} not null
      )`,
      `create table subnets (
        id ${text} not null primary key,
        network_id ${text} not null references networks (id),
        name ${text} not null,
        project_id ${text} not null,
        cidr ${text} not null,
        gateway_offset integer,
        first_offset integer not null,
        last_offset integer not null,
        next_offset integer not null
      )`,
      `create index subnets_network on subnets (network_id)`,
      `create table ports (
        id ${text} not null primary key,
        network_id ${text} not null references networks (id),
        subnet_id ${text} not null references subnets (id),
        project_id ${text} not null,
        device_id ${text} not null,
        position integer not null,
        mac_address ${text} not null unique,
        ip_address ${text} not null,
        ip_offset integer not null,
        status ${text} not null,
        created_at ${text} not null,
        unique (subnet_id, ip_offset)
      ) ${clustered}`,
      `create index ports_device on ports (device_id, position)`,
      `create table free_addresses (
        subnet_id ${text} not null references subnets (id),
        ip_offset integer not null,
        primary key (subnet_id, ip_offset)
      ) ${clustered}`,

      `create table flavors (
        flavorid ${text} not null primary key,
        name ${text} not null unique,
        vcpus integer not null,
        memory_mb integer not null,
        root_gb integer not null,
        ephemeral_gb integer not null,
        swap integer not null,
        rxtx_factor ${wide} not null,
        is_public integer not null,
        disabled integer not null,
        description ${text},
        extra_specs ${text} not null
      )`,
      `create table images (
        id ${text} not null primary key,
        name ${text} not null,
        status ${text} not null,
        visibility ${text} not null,
        owner ${text} not null,
        min_disk integer not null,
        min_ram integer not null,
        size ${wide} not null,
        disk_format ${text} not null,
        container_format ${text} not null,
        checksum ${text},
        os_hash_value ${text},
        protected integer not null,
        created_at ${text} not null,
        updated_at ${text} not null,
        properties ${text} not null
      )`,

      `create table projects (
        id ${text} not null primary key,
        name ${text} not null unique,
        enabled integer not null
      )`,
      `create table users (
        id ${text} not null primary key,
        name ${text} not null unique,
        enabled integer not null,
        default_project_id ${text} not null references projects (id),
        password_hash ${text} not null
      )`,
      `create table role_assignments (
        user_id ${text} not null references users (id),
        project_id ${text} not null references projects (id),
        role ${text} not null,
        primary key (user_id, project_id, role)
      )`,
      `create table tokens (
        id_hash ${text} not null primary key,
        user_id ${text} not null references users (id),
        project_id ${text} references projects (id),
        methods ${text} not null,
        audit_id ${text} not null,
        issued_at ${text} not null,
        expires_at ${text} not null
      )`,
      `create index tokens_expires on tokens (expires_at)`,
    ];
  },
};
