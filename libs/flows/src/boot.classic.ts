import type { ClassicFlow, ClassicHop } from './hop.ts';

/** From the POST to the host's door. */
const toTheHost = [
  {
    from: 'api',
    kind: 'cast',
    to: 'scheduler',
    method: 'run_instance',
    says: 'The API has written the instance down and answers 202; nobody waits for what comes now.',
  },
  {
    from: 'scheduler',
    kind: 'cast',
    to: 'conductor',
    method: 'build_instances',
    says: 'A host passed the filters and won the weighing; its room is claimed, and the alternates go along.',
  },
  {
    from: 'conductor',
    kind: 'cast',
    to: 'compute',
    to_host: 1,
    method: 'build_and_run_instance',
    says: 'The conductor hands the build to that one host, by its own queue.',
  },
] as const satisfies readonly ClassicHop[];

/** The steps of a build on a host, as far as the hypervisor. */
const onTheHost = (host: number) =>
  [
    {
      from: 'compute',
      kind: 'call',
      to: 'conductor',
      from_host: host,
      method: 'instance_update',
      state: 'building/-',
      says: 'The host takes the build on; it may not touch the database, so it asks the conductor to save.',
    },
    {
      from: 'compute',
      kind: 'call',
      to: 'conductor',
      from_host: host,
      method: 'instance_update',
      state: 'building/networking',
      says: 'Networking begins: saved only if no other task runs on the instance.',
    },
    {
      from: 'compute',
      kind: 'call',
      to: 'network',
      from_host: host,
      method: 'allocate_for_instance',
      says: 'The host waits for its addresses: a call, because it cannot go on without the answer.',
    },
  ] as const satisfies readonly ClassicHop[];

const toTheHypervisor = (host: number) =>
  [
    ...onTheHost(host),
    {
      from: 'compute',
      kind: 'call',
      to: 'conductor',
      from_host: host,
      method: 'instance_update',
      state: 'building/block_device_mapping',
      says: 'Disks are prepared.',
    },
    {
      from: 'compute',
      kind: 'call',
      to: 'conductor',
      from_host: host,
      method: 'instance_update',
      state: 'building/spawning',
      says: 'The hypervisor is told to start the guest.',
    },
  ] as const satisfies readonly ClassicHop[];

const active = (host: number) =>
  ({
    from: 'compute',
    kind: 'call',
    to: 'conductor',
    from_host: host,
    method: 'instance_update',
    state: 'active/-',
    says: 'The guest runs: ACTIVE, saved only if the instance is still spawning.',
  }) as const satisfies ClassicHop;

const freeAddresses = (host: number) =>
  ({
    from: 'compute',
    kind: 'call',
    to: 'network',
    from_host: host,
    method: 'deallocate_for_instance',
    says: 'What this host had taken for the instance is given back first.',
  }) as const satisfies ClassicHop;

/** A hypervisor that fails hands the build back. */
const handBack = (host: number) =>
  [
    freeAddresses(host),
    {
      from: 'compute',
      kind: 'call',
      to: 'conductor',
      from_host: host,
      method: 'instance_update',
      state: 'building/scheduling',
      says: 'The instance belongs to no host again.',
    },
    {
      from: 'compute',
      kind: 'cast',
      to: 'conductor',
      from_host: host,
      method: 'build_instances',
      says: 'The build goes back to the conductor, with the alternates that are left.',
    },
  ] as const satisfies readonly ClassicHop[];

export const bootClassic: ClassicFlow = {
  name: 'boot',
  era: 'classic',
  trigger: 'POST /servers',
  outcome: 'ACTIVE',
  hops: [...toTheHost, ...toTheHypervisor(1), active(1)],
};

/** No host passes the filters: the scheduler fails the instance itself, and nothing else travels. */
export const bootNoValidHostClassic: ClassicFlow = {
  name: 'boot without a valid host',
  era: 'classic',
  trigger: 'POST /servers',
  outcome: 'ERROR',
  hops: [
    {
      from: 'api',
      kind: 'cast',
      to: 'scheduler',
      method: 'run_instance',
      says: 'No host is left after the filters: the scheduler writes ERROR and a fault, and the flow ends here.',
    },
  ],
};

/** No address is free: another host would not help, so the build ends. */
export const bootNoAddressClassic: ClassicFlow = {
  name: 'boot without a free address',
  era: 'classic',
  trigger: 'POST /servers',
  outcome: 'ERROR',
  hops: [
    ...toTheHost,
    ...onTheHost(1),
    freeAddresses(1),
    {
      from: 'compute',
      kind: 'call',
      to: 'conductor',
      from_host: 1,
      method: 'instance_update',
      state: 'error/-',
      says: 'ERROR with a fault, and the claim given back, in one save.',
    },
  ],
};

/** The hypervisor of the first host fails, the first alternate succeeds. */
export const bootRescheduleClassic: ClassicFlow = {
  name: 'boot with a reschedule',
  era: 'classic',
  trigger: 'POST /servers',
  outcome: 'ACTIVE',
  hops: [
    ...toTheHost,
    ...toTheHypervisor(1),
    ...handBack(1),
    {
      from: 'conductor',
      kind: 'cast',
      to: 'compute',
      to_host: 2,
      method: 'build_and_run_instance',
      says: 'The conductor claims the first alternate that still fits and hands the build there.',
    },
    ...toTheHypervisor(2),
    active(2),
  ],
};

/** Every host that may be tried fails. */
export const bootRescheduleExhaustedClassic: ClassicFlow = {
  name: 'boot that fails on every host',
  era: 'classic',
  trigger: 'POST /servers',
  outcome: 'ERROR',
  hops: [...bootRescheduleClassic.hops.slice(0, -1), ...handBack(2)],
};
