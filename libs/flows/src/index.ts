export {
  hardRebootClassic,
  pauseClassic,
  resumeClassic,
  softRebootClassic,
  startClassic,
  stopClassic,
  suspendClassic,
  unpauseClassic,
} from './actions.classic.ts';
export { classicFlows, modernFlows } from './all.ts';
export {
  bootClassic,
  bootNoAddressClassic,
  bootNoValidHostClassic,
  bootRescheduleClassic,
  bootRescheduleExhaustedClassic,
} from './boot.classic.ts';
export { bootModern, bootNoValidHostModern, bootRescheduleModern } from './boot.modern.ts';
export { schedulerStartClassic } from './capabilities.classic.ts';
export type { ClassicFlow, ClassicHop, Flow, FlowHop, ModernFlow, ModernHop, Service } from './hop.ts';
export { terminateClassic } from './terminate.classic.ts';
export { terminateModern } from './terminate.modern.ts';
