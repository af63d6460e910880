import { fileURLToPath } from 'node:url';
import { type BaseConfig, createLogger, type Start, type Started } from '@novasim/service';
import type { ProgramName } from './running-service.ts';

/** Where the log lines of a service that has no process of its own go. */
export interface LogTarget {
  readonly print: (lines: string) => void;
  readonly isColoured: boolean;
}

/** Starts a service in this process from its variables. */
export type StartHere = (env: NodeJS.ProcessEnv, target: LogTarget, signal: AbortSignal) => Promise<Started>;

/** The services' own modules, loaded only where they run in this process. */
const LOADERS: Readonly<Record<ProgramName, () => Promise<StartHere>>> = {
  api: async () => here('api', await import('@novasim/api').then((its) => [its.readConfig, its.startApi])),
  scheduler: async () =>
    here('scheduler', await import('@novasim/scheduler').then((its) => [its.readConfig, its.startScheduler])),
  conductor: async () =>
    here('conductor', await import('@novasim/conductor').then((its) => [its.readConfig, its.startConductor])),
  compute: async () =>
    here('compute', await import('@novasim/compute').then((its) => [its.readConfig, its.startCompute])),
  network: async () =>
    here('network', await import('@novasim/network').then((its) => [its.readConfig, its.startNetwork])),
  observer: async () =>
    here('observer', await import('@novasim/observer').then((its) => [its.readConfig, its.startObserver])),
};

/** Loads a service into this process. */
export function loadService(name: ProgramName): Promise<StartHere> {
  return LOADERS[name]();
}

/** The program that runs a service in a process of its own. */
export function programOf(name: ProgramName): string {
  return fileURLToPath(new URL('main.ts', import.meta.resolve(`@novasim/${name}`)));
}

function here<C extends BaseConfig>(
  name: ProgramName,
  [readConfig, start]: readonly [(env: NodeJS.ProcessEnv) => C, Start<C>],
): StartHere {
  return (env, { print, isColoured }, signal) => {
    const config = readConfig(env);
    const log = createLogger({
      service: name,
      host: config.host,
      level: config.logLevel,
      format: config.logFormat,
      destination: { write: print },
      colour: isColoured,
    });
    return start({ config, log, signal });
  };
}
