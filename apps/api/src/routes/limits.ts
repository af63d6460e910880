import { type Instance, projectId } from '@novasim/cloud';
import type { Store } from '@novasim/store';
import { type Operation, operation } from '../http/operation.ts';
import { limitsAnswer } from '../schemas/operator.ts';

const PAGE = 1_000;

/** `/limits`: what a project may use (all it likes: -1) and what it does. */
export function limitOperations(store: Store): readonly Operation[] {
  return [
    operation({
      method: 'get',
      path: '/limits',
      summary: 'Limits and use of the project',
      answers: { 200: limitsAnswer },
      async run({ caller }) {
        const used = { instances: 0, cores: 0, ramMb: 0 };
        for await (const { flavor } of serversOf(store, caller.context.project_id)) {
          used.instances += 1;
          used.cores += flavor.vcpus;
          used.ramMb += flavor.memory_mb;
        }
        return { status: 200, body: { limits: { rate: [], absolute: absoluteOf(used) } } };
      },
    }),
  ];
}

async function* serversOf(store: Store, project: string | null): AsyncGenerator<Instance> {
  if (project === null) return;
  for (let marker: Instance['uuid'] | undefined; ; ) {
    const page = await store.instances.list(
      { project_id: projectId(project) },
      { limit: PAGE, ...(marker === undefined ? {} : { marker }) },
    );
    yield* page;
    if (page.length < PAGE) return;
    marker = page.at(-1)?.uuid;
  }
}

function absoluteOf(used: { instances: number; cores: number; ramMb: number }) {
  return {
    maxTotalInstances: -1,
    maxTotalCores: -1,
    maxTotalRAMSize: -1,
    maxServerMeta: 128,
    maxImageMeta: 128,
    maxPersonality: 5,
    maxPersonalitySize: 10_240,
    maxTotalKeypairs: 0,
    maxServerGroups: 0,
    maxServerGroupMembers: 0,
    maxTotalFloatingIps: -1,
    maxSecurityGroups: -1,
    maxSecurityGroupRules: -1,
    totalRAMUsed: used.ramMb,
    totalCoresUsed: used.cores,
    totalInstancesUsed: used.instances,
    totalFloatingIpsUsed: 0,
    totalSecurityGroupsUsed: 0,
    totalServerGroupsUsed: 0,
  };
}
