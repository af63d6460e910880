import type { Circumstances, HostRequest, HostState } from '../host-state.ts';

/** Says of one host whether it may take the instance. The name is Nova's, so that a verdict reads like Nova's log. */
export interface HostFilter {
  readonly name: string;
  passes(host: HostState, request: HostRequest, circumstances: Circumstances): boolean;
}
