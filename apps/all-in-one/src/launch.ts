import { ConfigError, createLogger, type Logger } from '@novasim/service';
import { type Cloud, startCloud } from './cloud.ts';
import { forEveryService, type LauncherConfig, readLauncherConfig, usage } from './config.ts';
import { choosePasswords, type Passwords, writeOpenrc } from './credentials.ts';
import { endingSignal } from './ending.ts';
import { StateFolder } from './state-folder.ts';
import { welcome } from './welcome.ts';

/** Exit codes: 0 stopped as asked, 1 failed, 2 bad configuration, 130 ended at once by a second Ctrl-C. */
const EXIT = { failed: 1, badConfig: 2, atOnce: 130 } as const;

/** Runs a cloud until it is told to stop. Faults go to the standard error, and the exit code says of what kind they are. */
export async function launch(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const ending = endingSignal(() => process.exit(EXIT.atOnce));
  try {
    if (args.includes('--help')) process.stdout.write(usage());
    else await run(readLauncherConfig(env, args), env, ending);
  } catch (error) {
    if (ending.aborted) return; // a start that was told to stop
    process.exitCode = error instanceof ConfigError ? EXIT.badConfig : EXIT.failed;
    process.stderr.write(`novasim cannot start:\n${say(error).replace(/^/gm, '  ')}\n`);
  }
}

async function run(config: LauncherConfig, env: NodeJS.ProcessEnv, ending: AbortSignal): Promise<void> {
  const isColoured = env['FORCE_COLOR'] !== undefined || (process.stdout.isTTY === true && !env['NO_COLOR']);
  const log = createLogger({ service: 'launcher', ...config.log, colour: isColoured });
  using folder = new StateFolder(config.stateFolder);
  if (config.isFresh) folder.empty();
  if (config.databaseUrl === undefined) folder.keepDatabasePrivate();
  const passwords = choosePasswords(folder, env);

  await using cloud = await startCloud({
    ...config,
    databaseUrl: config.databaseUrl ?? `sqlite:${folder.databaseFile}`,
    env: servicesEnv(env, passwords),
    // Names that say what they are, where the machine's name would not.
    serviceEnv: { compute: { HOST: env['HOST'] || 'compute' } },
    print: (lines) => process.stdout.write(lines),
    isColoured,
    report: ({ what, ...details }) => log.warn(details, what),
    signal: ending,
  });
  writeOpenrc(folder, cloud.api.url, passwords);
  await greet(cloud, config, folder, log);

  await aborted(ending);
  log.info({ reason: String(ending.reason.message) }, 'stopping');
}

/** What every service is told; each has its own defaults for the rest. */
function servicesEnv(env: NodeJS.ProcessEnv, passwords: Passwords): NodeJS.ProcessEnv {
  return {
    ...env,
    ...forEveryService(env),
    ADMIN_PASSWORD: passwords.admin,
    DEMO_PASSWORD: passwords.demo,
  };
}

async function greet(cloud: Cloud, config: LauncherConfig, folder: StateFolder, log: Logger): Promise<void> {
  const seconds = process.uptime();
  // A program that reads JSON lines wants no other; the facts of the greeting are in this one.
  if (config.log.format === 'json') {
    log.info(
      { api: cloud.api.url, observer: cloud.observer?.url, broker: cloud.broker.kind, seconds, pids: cloud.pids },
      'cloud ready',
    );
  } else process.stdout.write(await welcome(cloud, { authMode: config.authMode, seconds, folder: folder.path }));
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** An error as a person reads it: those of ours say all in their message. */
function say(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error ? error.message : (error.stack ?? error.message);
}
