import { enableCompileCache } from 'node:module';
import type { BaseConfig } from './base-config.ts';
import { ConfigError } from './env.ts';
import { createLogger, type Logger } from './logger.ts';

/** What a started service is: something to close, and what its parent may want to know (port, url). */
export interface Started extends AsyncDisposable {
  readonly info?: object;
}

export interface StartDeps<C> {
  readonly config: C;
  readonly log: Logger;
  /** Aborts when the process shall stop, also while it is still starting. */
  readonly signal: AbortSignal;
}

/** Opens, wires and closes everything of a service; a failed start leaves nothing open. */
export type Start<C> = (deps: StartDeps<C>) => Promise<Started>;

type LifeConfig = Pick<BaseConfig, 'host' | 'logLevel' | 'logFormat' | 'shutdownTimeoutMs'>;

/** Exit codes: 0 stopped as asked, 1 failed, 2 bad configuration. */
const EXIT = { stopped: 0, failed: 1, badConfig: 2 } as const;

/**
 * The whole life of a service process, for its `main.ts`: reads the configuration (faults go to the standard error, exit
 * code 2), starts, tells a parent process that it is `ready`, and closes on SIGTERM, SIGINT or the parent's end. Closing has a
 * deadline (SHUTDOWN_TIMEOUT_MS) and a second signal ends the process at once.
 */
export async function runService<C extends LifeConfig>(
  name: string,
  readConfig: (env: NodeJS.ProcessEnv) => C,
  start: Start<C>,
): Promise<void> {
  enableCompileCache();
  const config = configOrExit(name, readConfig);
  const log = createLogger({ service: name, host: config.host, level: config.logLevel, format: config.logFormat });
  const stopping = stopSignal(log, config.shutdownTimeoutMs);
  exitOnBug(log);

  const service = await start({ config, log, signal: stopping }).catch((err: unknown): never => {
    // A start that was told to stop ends with the signal's reason: as asked, not a failure.
    if (stopping.aborted) process.exit(EXIT.stopped);
    log.fatal({ err }, 'cannot start');
    tellParent({ type: 'failed', service: name, message: err instanceof Error ? err.message : String(err) });
    process.exit(EXIT.failed);
  });
  tellParent({ type: 'ready', service: name, ...service.info });
  log.info(service.info ?? {}, 'ready');

  await aborted(stopping);
  try {
    await service[Symbol.asyncDispose]();
  } catch (err) {
    log.error({ err }, 'stopping failed');
    process.exit(EXIT.failed);
  }
  log.info('stopped');
  process.exit(EXIT.stopped);
}

function configOrExit<C>(name: string, readConfig: (env: NodeJS.ProcessEnv) => C): C {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`novasim ${name}: bad configuration\n${error.message.replace(/^/gm, '  ')}\n`);
    tellParent({ type: 'failed', service: name, message: error.message });
    process.exit(EXIT.badConfig);
  }
}

/**
 * Aborts on the first SIGTERM or SIGINT, or when the parent that started us over IPC is gone. A second signal exits, and so
 * does the deadline. Under a parent SIGINT is the parent's business: Ctrl-C reaches the whole process group, and the parent's
 * own SIGTERM would count as the second signal.
 */
function stopSignal(log: Logger, timeoutMs: number): AbortSignal {
  const controller = new AbortController();
  const stop = (reason: string) => {
    if (controller.signal.aborted) process.exit(EXIT.failed);
    log.info({ reason }, 'stopping');
    controller.abort(new Error(`stopped by ${reason}`));
    setTimeout(() => {
      log.error({ ms: timeoutMs }, 'stopping took too long');
      process.exit(EXIT.failed);
    }, timeoutMs);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', (signal) => {
    if (process.send === undefined) stop(signal);
  });
  if (process.send !== undefined) {
    process.once('disconnect', () => {
      if (!controller.signal.aborted) stop('the end of the parent process');
    });
  }
  return controller.signal;
}

/** A promise that nobody waits for has failed: a bug; the state of the process is unknown, so it ends and is restarted. */
function exitOnBug(log: Logger): void {
  process.on('unhandledRejection', (err) => {
    log.fatal({ err }, 'unhandled rejection');
    process.exit(EXIT.failed);
  });
  process.on('uncaughtException', (err) => {
    log.fatal({ err }, 'uncaught exception');
    process.exit(EXIT.failed);
  });
}

function tellParent(message: object): void {
  // The callback takes the error of a parent that is gone; without it Node would emit it on the process.
  process.send?.(message, undefined, undefined, () => {});
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
