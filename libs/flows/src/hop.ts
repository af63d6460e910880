import type { MethodOf } from '@novasim/rpc';
import type {
  ComputeEndpoint,
  ComputeTaskEndpoint,
  ConductorEndpoint,
  NetworkEndpoint,
  SchedulerEndpoint,
} from '@novasim/rpcapi';

/** Who takes part in a flow. */
export type Service = 'api' | 'scheduler' | 'conductor' | 'compute' | 'network';

/** What each service can be asked, so that the compiler checks every method that a flow names. */
interface Asked {
  readonly scheduler: MethodOf<SchedulerEndpoint>;
  readonly conductor: MethodOf<ConductorEndpoint> | MethodOf<ComputeTaskEndpoint>;
  readonly compute: MethodOf<ComputeEndpoint>;
  readonly network: MethodOf<NetworkEndpoint>;
}

/**
 * One message of a flow, replies left out: a call has one, a cast has none. Where several hosts take part, `from_host` and
 * `to_host` count them from 1 in the order in which they come in.
 */
export type FlowHop = {
  readonly [To in keyof Asked]: {
    readonly from: Service;
    readonly kind: 'call' | 'cast' | 'fanout';
    readonly to: To;
    readonly method: Asked[To];
    readonly from_host?: number;
    readonly to_host?: number;
    /** The task that this save gives the instance, or `vm_state` where that changes. */
    readonly state?: string;
    /** What happens here and why, in one sentence. */
    readonly says: string;
  };
}[keyof Asked];

/** A user-visible operation: what was asked for, and the messages that travel for it in their order. */
export interface Flow {
  readonly name: string;
  readonly era: 'classic' | 'modern';
  readonly trigger: string;
  readonly outcome: string;
  readonly hops: readonly FlowHop[];
}
