import { BaseEndpoint } from '@novasim/rpc';
import type { Probe, Stage } from '@novasim/testkit';

export type Answers = Readonly<Record<string, (args: Readonly<Record<string, unknown>>) => unknown>>;

/** What conductor and network answer otherwise than that all is well. */
export interface PeerAnswers {
  readonly conductor?: Answers;
  readonly network?: Answers;
}

/** Conductor and network, played by probes: what a compute host needs to start. */
export async function playPeers(
  stage: Stage,
  { conductor = {}, network = {} }: PeerAnswers = {},
): Promise<{ conductor: Probe; network: Probe }> {
  const base = new BaseEndpoint('conductor');
  return {
    conductor: await stage.probe(
      { topic: 'conductor', server: 'probe' },
      {
        methods: {
          instance_update: ({ instance_uuid, updates }) => ({ uuid: instance_uuid, ...(updates as object) }),
          instance_destroy: () => null,
          instance_get_all_by_host: () => [],
          service_update: () => ({ disabled: false }),
          compute_node_update: () => null,
          ...conductor,
        },
      },
      { namespace: 'compute_task', methods: { build_instances: () => null } },
      { namespace: 'baseapi', methods: { ping: ({ arg }) => base.ping({}, { arg }) } },
    ),
    network: await stage.probe(
      { topic: 'network', server: 'probe' },
      { methods: { allocate_for_instance: () => [], deallocate_for_instance: () => null, ...network } },
    ),
  };
}
