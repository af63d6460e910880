import { InvalidOption, InvalidTransportURL } from '@novasim/rpc';
import { UsageError } from './arguments.ts';
import { flushed } from './output.ts';

/** The commands; each file is loaded only when it is asked for. Each answers with the exit status. */
const commands: Readonly<Record<string, () => Promise<(args: readonly string[]) => Promise<number>>>> = {
  server: async () => (await import('./server.ts')).runServer,
  client: async () => (await import('./client.ts')).runClient,
  notify: async () => (await import('./notify.ts')).runNotify,
  listen: async () => (await import('./listen.ts')).runListen,
};

const usage = `usage: rpc ${Object.keys(commands).join('|')} [options]; rpc COMMAND --help lists the options of a command\n`;

/** Runs one command and ends the process: 0 fine, 1 the request failed, 2 wrong usage. */
export async function main([name = '', ...args]: readonly string[]): Promise<void> {
  process.exitCode = await run(name, args);
  await flushed();
  process.exit();
}

async function run(name: string, args: readonly string[]): Promise<number> {
  if (name === '--help' || name === '-h') {
    process.stdout.write(usage);
    return 0;
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load === undefined) {
    process.stderr.write(`${usage}rpc: error: unknown command '${name}'\n`);
    return 2;
  }
  try {
    const command = await load();
    return await command(args);
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${error.usage}rpc ${name}: error: ${error.message}\n`);
      return 2;
    }
    process.stderr.write(`rpc ${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof InvalidOption || error instanceof InvalidTransportURL ? 2 : 1;
  }
}
