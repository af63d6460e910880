import { activeModern, handBackModern, toTheHypervisorModern } from './build-on-host.modern.ts';
import type { ModernFlow, ModernHop } from './hop.ts';

const toTheConductor = {
  from: 'api',
  kind: 'cast',
  to: 'conductor',
  method: 'schedule_and_build_instances',
  says: 'The API has written down only a build request and answers 202; the instance itself is made later, in a cell.',
} as const satisfies ModernHop;

const toTheHost = (to_host: number, says: string): ModernHop => ({
  from: 'conductor',
  kind: 'cast',
  to: 'compute',
  to_host,
  method: 'build_and_run_instance',
  says,
});

/** From the POST to the host's door. */
const beginning: readonly ModernHop[] = [
  toTheConductor,
  {
    from: 'conductor',
    kind: 'call',
    to: 'scheduler',
    method: 'select_destinations',
    states: ['building/scheduling'],
    says: 'The conductor waits for a host with alternates, already claimed in placement; then it makes the row of the instance.',
  },
  toTheHost(1, 'The conductor hands the build to that one host, by its own queue.'),
];

/** POST /servers as Nova sends it since bcbfee1 (2016): the conductor, not the API, asks the scheduler. */
export const bootModern: ModernFlow = {
  name: 'boot',
  era: 'modern',
  trigger: 'POST /servers',
  outcome: 'ACTIVE',
  hops: [...beginning, ...toTheHypervisorModern(1), ...activeModern(1)],
};

/** Placement has no host to offer: the conductor buries the instance in cell0, and no host ever hears of it. */
export const bootNoValidHostModern: ModernFlow = {
  name: 'boot without a valid host',
  era: 'modern',
  trigger: 'POST /servers',
  outcome: 'ERROR',
  hops: [
    toTheConductor,
    {
      from: 'conductor',
      kind: 'call',
      to: 'scheduler',
      method: 'select_destinations',
      states: ['building/scheduling', 'error/-'],
      says: 'The answer is NoValidHost: the conductor makes the row in cell0, with ERROR and a fault, and the flow ends here.',
    },
  ],
};

/** The hypervisor of the first host fails, the alternate succeeds. */
export const bootRescheduleModern: ModernFlow = {
  name: 'boot with a reschedule',
  era: 'modern',
  trigger: 'POST /servers',
  outcome: 'ACTIVE',
  hops: [
    ...beginning,
    ...toTheHypervisorModern(1),
    ...handBackModern(1),
    toTheHost(
      2,
      'The conductor claims the first alternate that still fits and hands the build there, without asking a scheduler.',
    ),
    ...toTheHypervisorModern(2),
    ...activeModern(2),
  ],
};
