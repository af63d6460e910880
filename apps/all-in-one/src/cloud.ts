import { fileURLToPath } from 'node:url';
import { openBus } from './bus.ts';
import { untilHealthy } from './healthy.ts';
import { joinLab } from './launcher-lab.ts';
import { assertPortFree } from './ports.ts';
import type { Report } from './report.ts';
import {
  type ProgramName,
  type RunningService,
  SERVICE_NAMES,
  type ServiceName,
  STOP_ORDER,
} from './running-service.ts';
import { ServiceHere } from './service-here.ts';
import { programOf } from './services.ts';
import { SupervisedProcess } from './supervised-process.ts';
import { startWatching, type Watching } from './watching.ts';

export { CloudNotHealthy } from './healthy.ts';
export type { CloudEvent, Report } from './report.ts';
export type { ServiceName } from './running-service.ts';

/** `processes`: one for each service, as in production. `single-process`: all in this one. */
export type CloudMode = 'processes' | 'single-process';

export interface CloudOptions {
  /** Default `processes`. */
  readonly mode?: CloudMode;
  /** A broker that is there already; its password may be in it. Default: an embedded one in this process. */
  readonly transportUrl?: string | undefined;
  /** Of the embedded broker: 0 (default) takes any free one; a taken one is left to its owner, and a free one taken. */
  readonly brokerPort?: number;
  readonly databaseUrl: string;
  /** 0 (default) takes any free one; a taken one is a `PortTaken`. */
  readonly apiPort?: number;
  /** Of the observer; 0 takes any free one, and so does a taken one. Default: there is no observer. */
  readonly observerPort?: number | undefined;
  /** Variables of all services. Default: this process's. */
  readonly env?: NodeJS.ProcessEnv;
  /** Variables of single services, on top of `env`. */
  readonly serviceEnv?: Partial<Record<ProgramName, NodeJS.ProcessEnv>>;
  /** Takes what the services print, whole lines at a time. Default: it is dropped. */
  readonly print?: (lines: string) => void;
  readonly isColoured?: boolean;
  readonly report?: Report;
  /** Whether a service process that dies is started again by itself; default true. */
  readonly isRestarted?: boolean;
  /** How long a service may take to stop before it is killed; default 12 s, a little more than the services' own deadline. */
  readonly stopDeadlineMs?: number;
  /** How long it may take until everything serves; default 60 s. */
  readonly startDeadlineMs?: number;
  /** Gives up the start. */
  readonly signal?: AbortSignal;
}

/** A cloud that serves. */
export interface Cloud extends AsyncDisposable {
  readonly mode: CloudMode;
  readonly api: { readonly url: string; readonly port: number };
  readonly broker: { readonly url: string; readonly kind: 'embedded' | 'given' };
  readonly databaseUrl: string;
  /** Who watches it: started when the cloud is ready, and not waited for. */
  readonly observer: Watching | undefined;
  /** The process of each service that is up. */
  readonly pids: Readonly<Partial<Record<ServiceName, number>>>;
  /** Ends a service's process, by SIGKILL unless told otherwise; resolves when it is gone. */
  kill(service: ServiceName, signal?: NodeJS.Signals): Promise<void>;
  /** Starts a service again, whether it is up or down; resolves when it serves. */
  restart(service: ServiceName): Promise<void>;
  /** Resolves when every kind of service has reported and the bus is up, by `/healthz` of the api. */
  healthy(options?: { readonly deadlineMs?: number; readonly signal?: AbortSignal }): Promise<void>;
  /** Stops everything in order: the api first, the broker last. Closing twice is harmless. */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

/** What Node compiled once is kept beside the packages: a service then starts in half the time and with a fifth less memory. */
const COMPILED = fileURLToPath(new URL('../../../node_modules/.cache/novasim', import.meta.url));

/**
 * Brings a whole cloud up: broker (unless given), the five services, and a check that they have found each other.
 * @throws {PortTaken} before anything is started. {ServiceFailed} with the service's own words. {CloudNotHealthy} at the deadline.
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { mode = 'processes', apiPort = 0, startDeadlineMs = 60_000 } = options;
  const deadline = AbortSignal.timeout(startDeadlineMs);
  const signal = options.signal === undefined ? deadline : AbortSignal.any([options.signal, deadline]);
  await using opened = new AsyncDisposableStack(); // a failed start leaves nothing behind

  await assertPortFree(apiPort, HOST, 'API_PORT');
  const broker = opened.use(await openBus(options));
  const env = {
    NODE_COMPILE_CACHE: COMPILED,
    // Memory that a thread needed for a moment (a password's hash takes 16 MB) is used again by the next one.
    MALLOC_ARENA_MAX: '1',
    ...(options.env ?? process.env),
    TRANSPORT_URL: broker.url,
    API_PORT: String(apiPort),
    HEALTH_PORT: '',
  };
  const envOf = (name: ServiceName): NodeJS.ProcessEnv => ({
    ...env,
    // Compute asks the conductor for everything: it is not even told where the database is.
    DATABASE_URL: name === 'compute' ? undefined : options.databaseUrl,
    ...options.serviceEnv?.[name],
  });
  const services = await (mode === 'processes' ? startProcesses : startHere)(envOf, options, opened, signal);

  const { port } = services.api.info as { port: number }; // see startApi of @novasim/api
  services.api.setEnv({ API_PORT: String(port) }); // a restarted api is where it was
  const url = `http://${HOST}:${port}`;
  const stopping = new AbortController();
  opened.use(await joinLab({ services, env, print: options.print ?? (() => {}), signal: stopping.signal }));
  opened.defer(() => stopping.abort(new Error('the cloud stops')));
  await untilHealthy(url, startDeadlineMs, signal);
  const observer = await watch(options, { ...env, NOVASIM_API_URL: url }, broker.managementUrl);
  if (observer !== undefined) opened.use(observer);

  const closing = opened.move();
  return {
    mode,
    api: { url, port },
    broker: { url: broker.url, kind: broker.kind },
    databaseUrl: options.databaseUrl,
    observer,
    get pids() {
      return Object.fromEntries(
        SERVICE_NAMES.flatMap((name) => (services[name].pid === undefined ? [] : [[name, services[name].pid]])),
      );
    },
    kill: (name, how = 'SIGKILL') => services[name].kill(how),
    restart: (name) => services[name].restart(),
    healthy: ({ deadlineMs = 60_000, signal: given } = {}) => untilHealthy(url, deadlineMs, given),
    close: () => closing.disposeAsync(),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

type Services = Readonly<Record<ServiceName, RunningService & { setEnv(env: NodeJS.ProcessEnv): void }>>;
type Starter = (
  envOf: (name: ServiceName) => NodeJS.ProcessEnv,
  options: CloudOptions,
  opened: AsyncDisposableStack,
  signal: AbortSignal,
) => Promise<Services>;

/** The observer, where one is asked for. */
async function watch(
  { observerPort: port, mode = 'processes', serviceEnv, ...options }: CloudOptions,
  env: NodeJS.ProcessEnv,
  managementUrl: string | undefined,
): Promise<Watching | undefined> {
  if (port === undefined) return undefined;
  return startWatching({
    ...supervision(options),
    isOwnProcess: mode === 'processes',
    port,
    env: {
      ...env,
      MANAGEMENT_URL: managementUrl ?? env['MANAGEMENT_URL'],
      ...colourOf(options),
      ...serviceEnv?.observer,
    },
  });
}

function supervision({
  print = () => {},
  report = () => {},
  isRestarted = true,
  isColoured = false,
  ...rest
}: Supervision) {
  return { print, report, isRestarted, isColoured, stopDeadlineMs: rest.stopDeadlineMs ?? 12_000 };
}

type Supervision = Pick<CloudOptions, 'print' | 'report' | 'isRestarted' | 'isColoured' | 'stopDeadlineMs'>;

function colourOf({ isColoured }: Pick<CloudOptions, 'isColoured'>): NodeJS.ProcessEnv {
  return isColoured ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' };
}

const startProcesses: Starter = async (envOf, options, opened, signal) => {
  const services = byName(
    (name) =>
      new SupervisedProcess({
        name,
        entry: programOf(name),
        env: { ...envOf(name), ...colourOf(options) },
        ...supervision(options),
      }),
  );
  opened.defer(() => stopInOrder(services));
  await orAborted(Promise.all(SERVICE_NAMES.map((name) => services[name].ready)), signal);
  return services;
};

const startHere: Starter = async (envOf, { print = () => {}, isColoured = false }, opened, signal) => {
  const services = byName((name) => new ServiceHere(name, envOf(name), { print, isColoured }));
  opened.defer(() => stopInOrder(services));
  // All are waited for, also when one fails, so that those that have started are stopped.
  const starts = await Promise.allSettled(SERVICE_NAMES.map((name) => services[name].start(signal)));
  for (const start of starts) if (start.status === 'rejected') throw start.reason;
  return services;
};

function byName<T>(make: (name: ServiceName) => T): Record<ServiceName, T> {
  return Object.fromEntries(SERVICE_NAMES.map((name) => [name, make(name)])) as Record<ServiceName, T>; // every name is there
}

async function stopInOrder(services: Readonly<Record<ServiceName, RunningService>>): Promise<void> {
  for (const step of STOP_ORDER) await Promise.all(step.map((name) => services[name].stop()));
}

/** Waits for `promise`, but no longer than until `signal` aborts. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const giveUp = () => reject(signal.reason);
  if (signal.aborted) giveUp();
  signal.addEventListener('abort', giveUp, { once: true });
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', giveUp));
}
