import { freshBus, publishRaw, until } from '@novasim/testkit';
import { expect, test } from 'vitest';
import { startProgram, startProgramOn } from './observer-program.ts';

test('npm run observe -- --url …: it listens, serves, and ends with the first signal', async () => {
  await using bus = await freshBus();
  await using program = await startProgramOn(bus, '--budget-mb', '8');

  await publishRaw(bus, [
    { exchange: 'amq.topic', routingKey: 'x', body: '{"method":"x","args":{},"_context_request_id":"req-1"}' },
  ]);

  await until(async () => (await fetch(`${program.url}/api/flows/req-1`)).ok, { what: 'the flow' });
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
  await using program = startProgram(...args);
  expect(await program.ended).toBe(2);
  expect(program.output()).toContain(said);
});
