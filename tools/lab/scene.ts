import type { Flow } from '@novasim/trace';

/** What was seen: a flow for each request that the questions are about, under a name of the lesson's own. */
export interface Scene {
  readonly flows: Readonly<Record<string, Flow>>;
  /** What a person saw beside the bus: the state of an instance at a moment. */
  readonly facts?: Readonly<Record<string, string>>;
}

/** A flow of the scene. @throws when the lesson played no such request. */
export function flowOf({ flows }: Scene, name: string): Flow {
  const flow = flows[name];
  if (flow === undefined)
    throw new Error(`no flow ${JSON.stringify(name)} was played: ${Object.keys(flows).join(', ')}`);
  return flow;
}

/** The hops of a method, requests only. @throws when there is none: a lesson is about what it plays. */
export function hopsOf(flow: Flow, method: string): Flow['hops'] {
  const hops = flow.hops.filter((hop) => hop.method === method && hop.kind !== 'reply');
  if (hops.length === 0) throw new Error(`${method} did not travel in ${flow.request_id}`);
  return hops;
}
