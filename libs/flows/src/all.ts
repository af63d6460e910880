import {
  hardRebootClassic,
  pauseClassic,
  resumeClassic,
  softRebootClassic,
  startClassic,
  stopClassic,
  suspendClassic,
  unpauseClassic,
} from './actions.classic.ts';
import {
  bootClassic,
  bootNoAddressClassic,
  bootNoValidHostClassic,
  bootRescheduleClassic,
  bootRescheduleExhaustedClassic,
} from './boot.classic.ts';
import { bootModern, bootNoValidHostModern, bootRescheduleModern } from './boot.modern.ts';
import { schedulerStartClassic } from './capabilities.classic.ts';
import type { ClassicFlow, ModernFlow } from './hop.ts';
import { terminateClassic } from './terminate.classic.ts';
import { terminateModern } from './terminate.modern.ts';

/** Every operation as the classic era does it; where two fit a trace alike, the plainer stands first. */
export const classicFlows: readonly ClassicFlow[] = [
  bootClassic,
  bootNoValidHostClassic,
  bootNoAddressClassic,
  bootRescheduleClassic,
  bootRescheduleExhaustedClassic,
  terminateClassic,
  stopClassic,
  startClassic,
  pauseClassic,
  unpauseClassic,
  suspendClassic,
  resumeClassic,
  softRebootClassic,
  hardRebootClassic,
  schedulerStartClassic,
];

/** The same of the modern era, as far as they are written down. */
export const modernFlows: readonly ModernFlow[] = [
  bootModern,
  bootNoValidHostModern,
  bootRescheduleModern,
  terminateModern,
];
