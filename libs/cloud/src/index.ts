export { ACTIONS, type ActedOn, type Action, type ActionRule, actionFault, actionHurdle } from './actions.ts';
export { type Flavor, resourcesOf } from './flavor.ts';
export { type Binary, type Capabilities, type ComputeNode, isServiceUp, type ServiceRecord } from './host.ts';
export {
  type HostName,
  hostName,
  type InstanceUuid,
  instanceUuid,
  isUuid,
  type ProjectId,
  projectId,
  type UserId,
  userId,
} from './ids.ts';
export type { Image } from './image.ts';
export { type Fault, type Instance, type InstanceUpdates, instanceName } from './instance.ts';
export type { Network, Port, RequestedNetwork, Subnet, Vif } from './network.ts';
export { POWER_CHANGES, type PowerAction, type PowerChange, REBOOT_TASKS, type RebootType } from './power.ts';
export { addResources, fits, NO_RESOURCES, type Resources, subtractResources } from './resources.ts';
export { stateFault } from './state-fault.ts';
export {
  POWER_STATES,
  type PowerState,
  STATUS_TABLE,
  statesOf,
  statusOf,
  TASK_STATES,
  type TaskState,
  VM_STATES,
  type VmState,
} from './states.ts';
