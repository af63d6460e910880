import { LabRefused } from '@novasim/rpcapi';
import { baseConfig, createLogger, joinBus, type LabLauncher, readEnv } from '@novasim/service';
import { type RunningService, SERVICE_NAMES, type ServiceName } from './running-service.ts';

/** How a lab may end a process: at once, or as its operator would. */
const SIGNALS = ['SIGKILL', 'SIGTERM'] as const;

export interface LauncherLabDeps {
  readonly services: Readonly<Record<ServiceName, RunningService>>;
  /** What the services are told. */
  readonly env: NodeJS.ProcessEnv;
  readonly print: (lines: string) => void;
  /** Aborts when the cloud stops. */
  readonly signal: AbortSignal;
}

/** Lets the lab kill and restart services; without NOVASIM_LAB=1 it does nothing. @throws {ConfigError} beyond loopback. */
export async function joinLab({ services, env, print, signal }: LauncherLabDeps): Promise<AsyncDisposable> {
  await using opened = new AsyncDisposableStack();
  const config = readEnv(env, (from) => baseConfig(from));
  if (config.isLab) {
    const { host, logLevel: level, logFormat: format } = config;
    const destination = { write: print };
    const log = createLogger({ service: 'launcher', host, level, format, destination });
    opened.use(await joinBus('nova-launcher', { config, log, signal, lab: { launcher: labLauncher(services) } }));
  }
  return opened.move();
}

/** The services of a cloud, as the lab handles them. */
export function labLauncher(services: Readonly<Record<ServiceName, RunningService>>): LabLauncher {
  function named(name: string): RunningService {
    const known = SERVICE_NAMES.find((service) => service === name);
    if (known === undefined) throw new LabRefused(`no service ${JSON.stringify(name)}: ${SERVICE_NAMES.join(', ')}`);
    return services[known];
  }
  return {
    processes: () =>
      SERVICE_NAMES.map((service) => ({
        service,
        pid: services[service].pid ?? null,
        is_own: services[service].pid !== process.pid,
      })),
    async kill(name, wanted) {
      const signal = SIGNALS.find((known) => known === wanted);
      if (signal === undefined)
        throw new LabRefused(`signal is ${JSON.stringify(wanted)}: wants ${SIGNALS.join(' or ')}`);
      const service = named(name);
      if (service.pid === process.pid)
        throw new LabRefused(`${name} has no process of its own: all services share one`);
      await service.takeDown(signal);
    },
    restart: (name) => named(name).restart(),
  };
}
