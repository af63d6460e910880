export type { BuildArgs, FilterProperties, ImageRef, RequestSpec, Selection } from './build.ts';
export {
  type BuildAndRunArgs,
  COMPUTE_TOPIC,
  COMPUTE_VERSION,
  ComputeAPI,
  type ComputeEndpoint,
  computeSignatures,
  type RebootArgs,
} from './compute.ts';
export {
  type BuildInstancesArgs,
  COMPUTE_TASK_NAMESPACE,
  COMPUTE_TASK_VERSION,
  CONDUCTOR_TOPIC,
  CONDUCTOR_VERSION,
  type ComputeNodeUpdateArgs,
  ComputeTaskAPI,
  type ComputeTaskEndpoint,
  ConductorAPI,
  type ConductorEndpoint,
  computeTaskSignatures,
  conductorSignatures,
  type InstanceUpdateArgs,
  type ServiceUpdateArgs,
} from './conductor.ts';
export {
  FixedIpAlreadyInUse,
  InstanceNotFound,
  NetworkNotFound,
  NoMoreFixedIps,
  NovaError,
  UnexpectedDeletingTaskStateError,
  UnexpectedTaskStateError,
} from './errors.ts';
export {
  LAB_NAMESPACE,
  LAB_TOPIC,
  LAB_VERSION,
  LabAPI,
  type LabEndpoint,
  labSignatures,
} from './lab.ts';
export {
  type HeldMessage,
  type HypervisorTrouble,
  LAB_ACTIONS,
  LAB_KINDS,
  LAB_SIDES,
  type LabAction,
  type LabKind,
  type LabMatch,
  type LabMessage,
  type LabProcess,
  type LabRule,
  type LabSide,
  type LabStatus,
} from './lab-data.ts';
export {
  LAB_DESK_TOPIC,
  LAB_DESK_VERSION,
  LabDeskAPI,
  type LabDeskEndpoint,
  labDeskSignatures,
} from './lab-desk.ts';
export { LabRefused } from './lab-refused.ts';
export { LOG_LINES_EVENT, LOG_TOPIC, type LogLinesPayload } from './log-lines.ts';
export {
  type AllocateArgs,
  type DeallocateArgs,
  NETWORK_TOPIC,
  NETWORK_VERSION,
  NetworkAPI,
  type NetworkEndpoint,
  networkSignatures,
} from './network.ts';
export {
  type CapabilitiesArgs,
  type RunInstanceArgs,
  SCHEDULER_TOPIC,
  SCHEDULER_VERSION,
  SchedulerAPI,
  type SchedulerEndpoint,
  schedulerSignatures,
} from './scheduler.ts';
