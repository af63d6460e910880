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
export type ClassicHop = {
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

/**
 * One message of a real Nova, as recorded; its interfaces are not this project's, so its methods are listed here. Where hosts take
 * part they are counted as in {@link ClassicHop}.
 */
export interface ModernHop {
  readonly from: Exclude<Service, 'network'>;
  readonly kind: 'call' | 'cast' | 'fanout';
  readonly to: Exclude<Service, 'api' | 'network'>;
  readonly method: ModernMethod;
  /** What a call on an object is about: `Instance.save`. */
  readonly object?: string;
  readonly from_host?: number;
  readonly to_host?: number;
  /** States (`vm_state/task_state`) that the database has because of this message, or of its answer. */
  readonly states?: readonly string[];
  /** What happens here and why, in one sentence. */
  readonly says: string;
}

export type ModernMethod =
  | 'schedule_and_build_instances'
  | 'select_destinations'
  | 'build_and_run_instance'
  | 'build_instances'
  | 'terminate_instance'
  | 'update_instance_info'
  | 'delete_instance_info'
  | 'object_action'
  | 'object_class_action_versions';

export type FlowHop = ClassicHop | ModernHop;

/** A user-visible operation: what was asked for, and the messages that travel for it in their order. */
export type Flow = ClassicFlow | ModernFlow;

interface Asking {
  readonly name: string;
  readonly trigger: string;
  readonly outcome: string;
}

/** As this project's services send it. */
export interface ClassicFlow extends Asking {
  readonly era: 'classic';
  readonly hops: readonly ClassicHop[];
}

/** As a real Nova (Zed, 26.2.2) was recorded to send it. */
export interface ModernFlow extends Asking {
  readonly era: 'modern';
  readonly hops: readonly ModernHop[];
}
