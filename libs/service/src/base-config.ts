import { hostname } from 'node:os';
import { type HostName, hostName } from '@novasim/cloud';
import type { From } from './env.ts';
import { checkLab, readLab } from './lab/lab-config.ts';
import { LOG_LEVELS, type LogFormat, type LogLevel } from './logger.ts';

/** What every service of the cloud is told. */
export interface BaseConfig {
  readonly transportUrl: string;
  readonly rpcResponseTimeoutMs: number;
  readonly reportIntervalMs: number;
  readonly serviceDownMs: number;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
  /** Name of this instance of the service. */
  readonly host: HostName;
  readonly healthHost: string;
  /** Where `/healthz` and `/metrics` listen; undefined: nowhere. */
  readonly healthPort: number | undefined;
  readonly era: 'classic';
  readonly availabilityZone: string;
  readonly shutdownTimeoutMs: number;
  /** Whether the lab may play with this service's messages. */
  readonly isLab: boolean;
  /** Whether the lab may be reached from beyond this machine. */
  readonly isLabOpen: boolean;
}

/** Reads what every service is told. `availabilityZone` is the default: `internal` unless hosts for instances say `nova`. */
export function baseConfig(from: From, { availabilityZone = 'internal' } = {}): BaseConfig {
  const config: BaseConfig = {
    transportUrl: from.url('TRANSPORT_URL', {
      default: 'rabbit://guest:guest@127.0.0.1:5672/',
      schemes: ['rabbit', 'amqp', 'amqps', 'rabbits'],
      meaning: "The message bus: oslo's form, several hosts with commas between them",
    }),
    rpcResponseTimeoutMs: from.duration('RPC_RESPONSE_TIMEOUT_MS', {
      default: 60_000,
      min: 1,
      meaning: 'How long a call waits for its reply',
    }),
    reportIntervalMs: from.duration('REPORT_INTERVAL_MS', {
      default: 10_000,
      min: 10,
      meaning: 'How often the service reports that it lives',
    }),
    serviceDownMs: from.duration('SERVICE_DOWN_MS', {
      default: 60_000,
      min: 20,
      meaning: 'A service whose last report is older counts as down',
    }),
    logLevel: from.oneOf('LOG_LEVEL', LOG_LEVELS, {
      default: 'info',
      meaning: 'Least level that is logged: trace, debug, info, warn, error, fatal, silent',
    }),
    logFormat: from.oneOf('LOG_FORMAT', ['pretty', 'json'], {
      default: 'pretty',
      meaning: '`pretty` for people, `json` for one JSON object a line',
    }),
    host: hostName(
      from.text('HOST', {
        default: hostname(),
        shownDefault: 'name of the machine',
        meaning: 'Name of this instance of the service, in queue names and in `os-services`',
      }),
    ),
    healthHost: from.text('HEALTH_HOST', {
      default: '127.0.0.1',
      meaning: 'Address on which `/healthz` and `/metrics` listen',
    }),
    healthPort: from.integer('HEALTH_PORT', {
      default: undefined,
      min: 0,
      max: 65_535,
      meaning: 'Port of `/healthz` and `/metrics`; 0 takes any free one; not set: they are not served',
    }),
    era: from.oneOf('NOVASIM_ERA', ['classic'], {
      default: 'classic',
      meaning: 'Who talks to whom during a boot; this release knows `classic`',
    }),
    availabilityZone: from.text('AVAILABILITY_ZONE', {
      default: availabilityZone,
      meaning: 'Availability zone that the service reports',
    }),
    shutdownTimeoutMs: from.duration('SHUTDOWN_TIMEOUT_MS', {
      default: 10_000,
      min: 0,
      meaning: 'How long stopping may take before the process ends anyway',
    }),
    ...readLab(from),
  };
  checkLab(from, config);
  from.check(
    config.serviceDownMs > config.reportIntervalMs,
    'SERVICE_DOWN_MS',
    `more than REPORT_INTERVAL_MS (${config.reportIntervalMs}), else a living service counts as down between two reports`,
  );
  return config;
}

export interface StoreConfig {
  readonly databaseUrl: string;
}

/** Reads where the database is, for the services that may open it. */
export function storeConfig(from: From): StoreConfig {
  return {
    databaseUrl: from.url('DATABASE_URL', {
      default: 'sqlite:.novasim/novasim.db',
      schemes: ['sqlite', 'postgres', 'postgresql'],
      meaning: '`sqlite:` and a file, or `postgres://user:password@host/database`',
    }),
  };
}
