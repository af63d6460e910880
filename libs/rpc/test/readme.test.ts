import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { freshBus } from '@novasim/testkit';
import { expect, test } from 'vitest';
import { defaultOptions } from '../src/index.ts';
import { deadlineMs } from './probe.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const path = (name: string): string => fileURLToPath(new URL(`./readme/${name}`, import.meta.url));

test.for(['server.ts', 'client.ts'])('the README shows %s as it is tested', (name) => {
  expect(readme).toContain(`\`\`\`ts\n// ${name}\n${readFileSync(path(name), 'utf8').trim()}\n\`\`\``);
});

test('the README lists every driver option with its default', () => {
  for (const [name, value] of Object.entries(defaultOptions)) {
    expect(readme).toContain(`| \`${name}\` | ${value === '' ? 'none' : String(value)} |`);
  }
});

test('the README’s client talks to the README’s server, which stops when told', async () => {
  await using bus = await freshBus();
  const run = (name: string) =>
    spawn(process.execPath, [path(name)], {
      env: { ...process.env, TRANSPORT_URL: bus.url },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  const signal = AbortSignal.timeout(deadlineMs);
  const server = run('server.ts');
  const stopped = once(server, 'exit', { signal });
  await once(createInterface(server.stdout), 'line', { signal });
  const client = run('client.ts');
  const lines: string[] = [];
  createInterface(client.stdout).on('line', (line) => lines.push(line));
  expect(await once(client, 'close', { signal })).toEqual([0, null]);
  server.kill('SIGTERM');
  expect(await stopped).toEqual([0, null]);
  expect(lines).toEqual(['hello world, says ada', 'hello you, says ada']);
});
