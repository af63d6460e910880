import { type DestinationStream, destination, type Logger as PinoLogger, pino, stdSerializers } from 'pino';
import { LogTee, withTee } from './log-tee.ts';
import { prettyLines } from './pretty.ts';
import { hide, redact, SECRET_FIELDS } from './redact.ts';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export type LogFormat = 'pretty' | 'json';
export type Logger = PinoLogger;

export interface LoggerOptions {
  readonly service: string;
  readonly host: string;
  readonly level?: LogLevel;
  readonly format?: LogFormat;
  /** Where lines go; default the standard output. */
  readonly destination?: DestinationStream;
  /** Colours in `pretty`. Default: when the standard output is a terminal, or FORCE_COLOR is set. */
  readonly colour?: boolean;
}

/**
 * The logger of a service: one line a call, written before the call returns, so that a killed process has said what it did.
 * Values of secret fields are hidden here and nowhere else; see `SECRET_FIELDS`.
 */
export function createLogger({ service, host, level = 'info', format = 'pretty', ...rest }: LoggerOptions): Logger {
  const out = rest.destination ?? destination({ fd: 1, sync: true });
  const tee = new LogTee(format === 'json' ? out : prettyLines(out, rest.colour ?? hasColour()));
  const log = pino(
    {
      level,
      base: { service, host },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => redact(fields),
      },
      serializers: { ...SECRET_SERIALIZERS, err: (error: Error) => redact(stdSerializers.err(error)) },
    },
    tee,
  );
  return withTee(log, tee);
}

/** Bindings of child loggers do not pass `formatters`, but they do pass serializers. */
const SECRET_SERIALIZERS = Object.fromEntries([...SECRET_FIELDS].map((name) => [name, hide]));

function hasColour(): boolean {
  const forced = process.env['FORCE_COLOR'];
  return forced === undefined ? process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined : forced !== '0';
}
