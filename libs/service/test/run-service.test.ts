import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('./fixtures/service.ts', import.meta.url));

class Program implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  output = '';

  constructor(child: ChildProcess) {
    this.child = child;
    const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
    for (const stream of streams) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
    const ends = streams.map((stream) => once(stream, 'end'));
    // Not `close`: it does not come when this side has disconnected.
    this.exited = once(child, 'exit').then(async ([code]) => {
      await Promise.all(ends);
      return code as number | null;
    });
  }

  async says(text: string): Promise<void> {
    await expect.poll(() => this.output, { timeout: 20_000, interval: 10 }).toContain(text);
  }

  async [Symbol.asyncDispose]() {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL');
    await this.exited;
  }
}

function run(env: Record<string, string>): Program {
  return new Program(spawn(process.execPath, [PROGRAM], { env: { LOG_FORMAT: 'json', ...env }, stdio: 'pipe' }));
}

function runAsChild(env: Record<string, string> = {}): Program {
  return new Program(fork(PROGRAM, { env: { LOG_FORMAT: 'json', ...env }, stdio: 'pipe', execArgv: [] }));
}

test.for(['SIGTERM', 'SIGINT'] as const)('%s closes a service, which ends with code 0', async (signal) => {
  await using program = run({});
  await program.says('"port":4711,"msg":"ready"');
  program.child.kill(signal);
  expect(await program.exited).toBe(0);
  expect(program.output).toContain('"msg":"stopped"');
});

test('bad configuration is told whole on the standard error, code 2', async () => {
  await using program = run({ BEHAVIOUR: 'odd', LOG_LEVEL: 'loud' });
  expect(await program.exited).toBe(2);
  expect(program.output).toContain('LOG_LEVEL="loud": wants one of');
  expect(program.output).toContain('BEHAVIOUR="odd": wants one of');
});

test('a failed start is logged, code 1', async () => {
  await using program = run({ BEHAVIOUR: 'start-fails' });
  expect(await program.exited).toBe(1);
  expect(program.output).toContain('no broker');
});

test('a service that still starts can be stopped', async () => {
  await using program = run({ BEHAVIOUR: 'start-hangs' });
  await program.says('hanging');
  program.child.kill('SIGTERM');
  expect(await program.exited).toBe(0);
});

test('closing that hangs ends at the deadline, code 1', async () => {
  await using program = run({ BEHAVIOUR: 'close-hangs', SHUTDOWN_TIMEOUT_MS: '50' });
  await program.says('"msg":"ready"');
  program.child.kill('SIGTERM');
  expect(await program.exited).toBe(1);
  expect(program.output).toContain('stopping took too long');
});

test('a second signal ends it at once', async () => {
  await using program = run({ BEHAVIOUR: 'close-hangs' });
  await program.says('"msg":"ready"');
  program.child.kill('SIGTERM');
  await program.says('"msg":"stopping"');
  program.child.kill('SIGTERM');
  expect(await program.exited).toBe(1);
});

test('an unhandled rejection is logged and ends the process, code 1', async () => {
  await using program = run({ BEHAVIOUR: 'rejects' });
  expect(await program.exited).toBe(1);
  expect(program.output).toContain('nobody waits for me');
});

test('a parent over IPC is told when the service is ready, and its end is the end of the service', async () => {
  await using program = runAsChild();
  const [message] = await once(program.child, 'message');
  expect(message).toEqual({ type: 'ready', service: 'probe', port: 4711 });
  program.child.disconnect();
  expect(await program.exited).toBe(0);
});

test('a parent over IPC is told why the service cannot start', async () => {
  await using program = runAsChild({ BEHAVIOUR: 'start-fails' });
  const [message] = await once(program.child, 'message');
  expect(message).toEqual({ type: 'failed', service: 'probe', message: 'no broker' });
  expect(await program.exited).toBe(1);
});
