import type { FlowHop, FlowMark } from './flow.ts';

/** The operation that a flow looks like, by what began it. */
export function operationOf(hops: readonly FlowHop[], _marks: readonly FlowMark[]): string | undefined {
  for (const { method } of hops) {
    const operation = method === undefined ? undefined : BEGINNINGS[method];
    if (operation !== undefined) return operation;
  }
  return undefined;
}

const BEGINNINGS: Readonly<Record<string, string>> = {
  run_instance: 'boot',
  schedule_and_build_instances: 'boot',
  build_and_run_instance: 'boot',
  terminate_instance: 'delete',
};
