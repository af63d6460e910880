export {
  bootClassic,
  bootNoAddressClassic,
  bootNoValidHostClassic,
  bootRescheduleClassic,
  bootRescheduleExhaustedClassic,
} from './boot.classic.ts';
export { schedulerStartClassic } from './capabilities.classic.ts';
export type { Flow, FlowHop, Service } from './hop.ts';
export { terminateClassic } from './terminate.classic.ts';
