import { parseTransportUrl } from '@novasim/rpc';
import type { From } from '../env.ts';

export interface LabConfig {
  /** Whether the lab may play with this service's messages. */
  readonly isLab: boolean;
  /** Whether the lab may be reached from beyond this machine. */
  readonly isLabOpen: boolean;
}

/** Reads whether there is a lab. */
export function readLab(from: From): LabConfig {
  return {
    isLab: from.boolean('NOVASIM_LAB', {
      default: false,
      meaning:
        'Lets the lab hold, lose, double and delay messages, break connections and trouble hypervisors, over the bus',
    }),
    isLabOpen: from.boolean('ALLOW_LAB', {
      default: false,
      meaning: 'Lets `NOVASIM_LAB=1` run beyond loopback, for containers whose ports are published on loopback only',
    }),
  };
}

interface Reachable extends LabConfig {
  readonly transportUrl: string;
  readonly healthHost: string;
  readonly healthPort: number | undefined;
}

/** Refuses a lab that somebody beyond this machine could use, or that could harm somebody else's bus. */
export function checkLab(from: From, { transportUrl, healthHost, healthPort, ...config }: Reachable): void {
  checkLabAddress(from, 'TRANSPORT_URL', isBusOnLoopback(transportUrl), config);
  checkLabAddress(from, 'HEALTH_HOST', healthPort === undefined || isLoopback(healthHost), config);
}

/** The same of one more variable that says where a service is reached. */
export function checkLabAddress(from: From, variable: string, isHere: boolean, { isLab, isLabOpen }: LabConfig): void {
  const wanted =
    'an address of loopback while NOVASIM_LAB=1 lets whoever reaches it break things: set ALLOW_LAB=1 if nobody else does';
  from.check(!isLab || isLabOpen || isHere, variable, wanted);
}

/** Whether an address is this machine's own. */
export function isLoopback(host: string): boolean {
  return /^(localhost|\[?::1\]?|127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/i.test(host);
}

/** Whether every broker of a transport URL is on this machine; a URL that cannot be read is another check's business. */
export function isBusOnLoopback(transportUrl: string): boolean {
  try {
    return parseTransportUrl(transportUrl).hosts.every(({ hostname }) => isLoopback(hostname));
  } catch {
    return true;
  }
}
