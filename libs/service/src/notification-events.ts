import type { HostName, InstanceUuid, POWER_CHANGES } from '@novasim/cloud';

/**
 * What is told with priority `info`, by event type. Names and keys are Nova's unversioned notifications' where it has them, cut to
 * what a reader of a flow needs; those of `http.*` are of oslo.messaging's notify/middleware.py. No body and no token is ever in one.
 */
export interface InfoEvents extends PowerEvents {
  'http.request': HttpPayload;
  'http.response': HttpPayload & HttpEnd;
  'compute.instance.update': InstanceUpdatePayload;
  'compute.instance.create.start': InstancePayload;
  'compute.instance.create.end': InstancePayload & { readonly message: 'Success' };
  'compute.instance.delete.start': InstancePayload;
  'compute.instance.delete.end': InstancePayload;
  'scheduler.select_destinations.start': SelectionPayload;
  'scheduler.select_destinations.end': SelectionPayload & VerdictPayload;
}

/** Nova's words for what a host does to a guest. */
export type PowerEvent = (typeof POWER_CHANGES)[keyof typeof POWER_CHANGES]['event'] | 'reboot';

type PowerEvents = { readonly [Event in `compute.instance.${PowerEvent}.${'start' | 'end'}`]: InstancePayload };

/** What is told with priority `error`. */
export interface ErrorEvents {
  'compute.instance.create.error': InstancePayload & FaultPayload;
  'compute.instance.delete.error': InstancePayload & FaultPayload;
  /** A build that no host is left for; by the conductor. */
  'compute_task.build_instances': InstancePayload & FaultPayload & { readonly tried: readonly HostName[] };
  /** NoValidHost: which filter left how many hosts; by the scheduler. */
  'scheduler.run_instance': SelectionPayload & FaultPayload & Pick<VerdictPayload, 'hosts' | 'filters'>;
}

export interface HttpPayload {
  /** Keys as WSGI calls them. The path is without its query. */
  readonly request: { readonly REQUEST_METHOD: string; readonly PATH_INFO: string };
  /** Where the path names one. */
  readonly instance_id?: string;
}

export interface HttpEnd {
  /** `202 Accepted`; absent when the client left before. */
  readonly response?: { readonly status: string };
  readonly exception?: { readonly value: string };
  /** From the request's first byte until the answer was out. */
  readonly ms: number;
}

/** An instance in short. */
export interface InstancePayload {
  readonly instance_id: InstanceUuid;
  readonly display_name: string;
  readonly tenant_id: string;
  /** Name of the flavor. */
  readonly instance_type: string;
  readonly host: HostName | null;
  /** Its vm_state. */
  readonly state: string;
  /** Its task_state, empty where there is none. */
  readonly state_description: string;
}

export interface InstanceUpdatePayload extends InstancePayload {
  readonly old_state: string;
  readonly old_task_state: string | null;
  readonly new_task_state: string | null;
}

/** Why something went wrong, in the three keys of Nova's `exception_to_dict`. */
export interface FaultPayload {
  /** Class of the error. */
  readonly exception: string;
  readonly message: string;
  readonly code: number;
}

/** What a host is looked for. Unlike Nova: once for each instance of a request. */
export interface SelectionPayload {
  readonly instance_id: InstanceUuid;
  readonly request_spec: {
    readonly instance_uuids: readonly InstanceUuid[];
    readonly instance_type: string;
    readonly vcpus: number;
    readonly memory_mb: number;
    readonly local_gb: number;
    readonly availability_zone: string | null;
    /** Hosts that it has failed on. */
    readonly tried: readonly HostName[];
  };
}

export interface VerdictPayload {
  readonly host: HostName;
  readonly alternates: readonly HostName[];
  /** How many were looked at. */
  readonly hosts: number;
  /** In the order in which they were asked: how many hosts each got and left. */
  readonly filters: readonly { readonly filter: string; readonly start: number; readonly end: number }[];
}
