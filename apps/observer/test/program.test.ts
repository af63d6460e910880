import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freshBus, publishRaw, until } from '@novasim/testkit';
import { expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../src/observe.mjs', import.meta.url));

test('npm run observe -- --url …: it listens, serves, and ends with the first signal', async () => {
  await using bus = await freshBus();
  await using program = start('--url', bus.url, '--management', bus.managementUrl, '--port', '0', '--budget-mb', '8');
  const url = await until(() => /ready .*url=(\S+)/.exec(program.output())?.[1], {
    withinMs: 15_000,
    what: 'its address',
  });
  await until(() => program.output().includes('listening broker='), { withinMs: 15_000, what: 'the bus' });

  await publishRaw(bus, [
    { exchange: 'amq.topic', routingKey: 'x', body: '{"method":"x","args":{},"_context_request_id":"req-1"}' },
  ]);

  await until(async () => (await fetch(`${url}/api/flows/req-1`)).ok, { what: 'the flow' });
  program.kill('SIGTERM');
  expect(await program.ended).toBe(0);
  expect(program.output()).not.toMatch(/WARN|ERROR|guest:guest/);
});

test.for([
  ['a flag that is not known', ['--colour'], '--colour'],
  ['a flag without its value', ['--port'], 'flag="--port"'],
  ['a port that is none', ['--port', 'x'], 'OBSERVER_PORT="x": wants a whole number from 0 to 65535'],
  ['both ways at once', ['--record', 'a', '--replay', 'b'], 'no OBSERVER_REPLAY beside it'],
  ['a bus that is no URL', ['--url', 'http://a:secret@b'], 'TRANSPORT_URL="http://a:***@b"'],
] as const)('%s is said before anything is opened', async ([, args, said]) => {
  await using program = start(...args);
  expect(await program.ended).toBe(2);
  expect(program.output()).toContain(said);
});

function start(...args: readonly string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { PATH: process.env['PATH'] } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return {
    ended,
    output: () => output,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
