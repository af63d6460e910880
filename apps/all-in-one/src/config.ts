import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig as readApiConfig } from '@novasim/api/config';
import { readConfig as readComputeConfig } from '@novasim/compute/config';
import { readConfig as readConductorConfig } from '@novasim/conductor/config';
import { readConfig as readNetworkConfig } from '@novasim/network/config';
import { readConfig as readObserverConfig } from '@novasim/observer/config';
import { readConfig as readSchedulerConfig } from '@novasim/scheduler/config';
import {
  ConfigError,
  type ConfigFault,
  describeConfig,
  type From,
  type LogFormat,
  type LogLevel,
  readEnv,
} from '@novasim/service';
import type { CloudMode } from './cloud.ts';

export interface LauncherConfig {
  readonly mode: CloudMode;
  /** Begin with an empty database. */
  readonly isFresh: boolean;
  /** A broker that is there already; undefined: the embedded one. */
  readonly transportUrl: string | undefined;
  readonly brokerPort: number;
  readonly apiPort: number;
  /** Undefined: no observer. */
  readonly observerPort: number | undefined;
  readonly stateFolder: string;
  /** A database other than the SQLite file in the state folder. */
  readonly databaseUrl: string | undefined;
  /** Whether the api asks for a token. */
  readonly authMode: 'optional' | 'required';
  /** How the launcher itself speaks: as the services do. */
  readonly log: { readonly level: LogLevel; readonly format: LogFormat; readonly host: string };
}

/** What `--help` prints. */
export function usage(): string {
  const rows = describeConfig(readConfig).map((row) => [row.variable, `${row.meaning} (${row.default})`] as const);
  return `npm start [-- FLAGS]: a whole cloud on this machine

  --single-process   all services in one process instead of one process each
  --no-observer      without the observer and its study pages
  --fresh            forget the instances of the last run: begin with an empty database
  --help             this text

Variables, with their defaults; those of each service (see its README) are handed on to it:

${rows.map(([variable, meaning]) => `  ${variable.padEnd(16)} ${meaning}\n`).join('')}`;
}

const FLAGS = {
  'single-process': { type: 'boolean', default: false },
  'no-observer': { type: 'boolean', default: false },
  fresh: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

interface Flags {
  readonly singleProcess: boolean;
  readonly noObserver: boolean;
  readonly fresh: boolean;
}

/** The flags as typed after `npm start --`. @throws {ConfigError} for one that is not known. */
function readFlags(args: readonly string[]): Flags {
  const known = Object.keys(FLAGS).map((flag) => `--${flag}`);
  const unknown = args.filter((arg) => !known.includes(arg));
  if (unknown.length > 0) {
    throw new ConfigError(unknown.map((value) => ({ variable: 'flag', value, wanted: `one of ${known.join(', ')}` })));
  }
  const { values } = parseArgs({ args: [...args], options: FLAGS });
  return { singleProcess: values['single-process'], noObserver: values['no-observer'], fresh: values.fresh };
}

/** The launcher's own variables; the services' go to the services as they are. */
export function readConfig(env: NodeJS.ProcessEnv) {
  return readEnv(env, (from: From) => ({
    apiPort: from.integer('API_PORT', {
      default: 8774,
      min: 0,
      max: 65_535,
      meaning: 'Port of the REST API; 0 takes any free one, a taken one is an error',
    }),
    observerPort: from.integer('OBSERVER_PORT', {
      default: 8780,
      min: 0,
      max: 65_535,
      meaning: 'Port of the observer and its study pages; where this is taken it moves to a free one by itself',
    }),
    brokerPort: from.integer('BROKER_PORT', {
      default: 5672,
      min: 0,
      max: 65_535,
      meaning: 'Port of the embedded broker; it moves to a free one by itself where this is taken',
    }),
    transportUrl: from.url('TRANSPORT_URL', {
      default: undefined,
      schemes: ['rabbit', 'amqp', 'amqps', 'rabbits'],
      meaning: 'A broker that is there already, to be used instead of the embedded one',
    }),
    databaseUrl: from.url('DATABASE_URL', {
      default: undefined,
      schemes: ['sqlite', 'postgres', 'postgresql'],
      meaning: 'A database to be used instead of the SQLite file in the state folder',
    }),
    stateFolder: from.text('STATE_FOLDER', {
      default: '.novasim',
      meaning: 'Where the database and the passwords are kept between runs; one cloud at a time',
    }),
    computeHosts: from.text('COMPUTE_HOSTS', {
      default: DEFAULT_COMPUTE_HOSTS,
      meaning: 'How many compute hosts there are, or their names with commas between them',
    }),
  }));
}

/** One more than needed to boot something, so that there is something to choose. */
export const DEFAULT_COMPUTE_HOSTS = '2';

const OTHER_CONFIGS = [readSchedulerConfig, readNetworkConfig, readObserverConfig] as const;

/**
 * Reads everything before anything is opened: what the launcher is told and, to find faults, what each service will be told.
 * @throws {ConfigError} listing the bad variables of all of them.
 */
export function readLauncherConfig(env: NodeJS.ProcessEnv, args: readonly string[]): LauncherConfig {
  const faults = new Map<string, ConfigFault>();
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      for (const fault of error.faults) faults.set(`${fault.variable} ${fault.wanted}`, fault);
      return undefined;
    }
  };

  const flags = attempt(() => readFlags(args));
  const own = attempt(() => readConfig(env));
  const servicesEnv = { ...env, ...forEveryService(env) };
  const api = attempt(() => readApiConfig(servicesEnv));
  for (const read of OTHER_CONFIGS) attempt(() => read(servicesEnv));
  const conductor = attempt(() => readConductorConfig(servicesEnv));
  const compute = attempt(() => readComputeConfig(servicesEnv));
  if (conductor !== undefined && compute !== undefined && compute.buildRenewMs * 2 > conductor.buildTimeoutMs) {
    const wanted = `at most half of BUILD_TIMEOUT_MS (${conductor.buildTimeoutMs}), else a living build counts as lost`;
    faults.set('BUILD_RENEW_MS', { variable: 'BUILD_RENEW_MS', value: String(compute.buildRenewMs), wanted });
  }
  const isGiven = own?.databaseUrl !== undefined;
  if (flags?.fresh && isGiven) {
    const wanted = 'no DATABASE_URL: it empties only the SQLite file in the state folder';
    faults.set('--fresh', { variable: 'flag', value: '--fresh', wanted });
  }
  if (faults.size > 0 || flags === undefined || own === undefined || api === undefined) {
    throw new ConfigError([...faults.values()]);
  }
  return {
    mode: flags.singleProcess ? 'single-process' : 'processes',
    isFresh: flags.fresh,
    transportUrl: own.transportUrl,
    brokerPort: own.brokerPort,
    apiPort: own.apiPort,
    observerPort: flags.noObserver ? undefined : own.observerPort,
    stateFolder: resolve(own.stateFolder),
    databaseUrl: own.databaseUrl === undefined ? undefined : absoluteDatabase(own.databaseUrl),
    authMode: api.authMode,
    log: { level: api.logLevel, format: api.logFormat, host: api.host },
  };
}

/** Variables that cannot be handed on as they are: five services cannot listen on one health port. */
export function forEveryService(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { COMPUTE_HOSTS: env['COMPUTE_HOSTS'] || DEFAULT_COMPUTE_HOSTS, HEALTH_PORT: '' };
}

/** A relative SQLite file means the same file to every service. */
function absoluteDatabase(url: string): string {
  const [, file] = /^sqlite:(?!:memory:)(.+)$/.exec(url) ?? [];
  return file === undefined ? url : `sqlite:${resolve(file)}`;
}
