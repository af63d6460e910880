import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startBroker } from '@novasim/broker';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);
const hasPython = await run('/usr/bin/python3', ['-c', 'import oslo_messaging']).then(
  () => true,
  () => false,
);

describe.each([1, 2])('tutorial %i', (number) => {
  const readme = readFileSync(new URL(`../examples/tutorial-${number}/README.md`, import.meta.url), 'utf8');
  // A command on an indented line, then what it prints.
  const shown = Array.from(
    readme.matchAll(/^ {4}(npm run .*)\n\n```\n([\s\S]*?)\n```$/gm),
    ([, command = '', output = '']) => ({
      command,
      output,
    }),
  );

  test('its README shows three ways to run it', () => {
    expect(shown.map(({ command }) => command)).toEqual([
      `npm run tutorial:${number}`,
      `npm run tutorial:${number} -- --python server`,
      `npm run tutorial:${number} -- --python client`,
    ]);
  });

  test('its programs run alone too, on a broker that is there', { timeout: 120_000 }, async () => {
    await using broker = await startBroker();
    const env = { ...process.env, TRANSPORT_URL: broker.url(), npm_config_ignore_scripts: 'true' };
    await using opened = new AsyncDisposableStack();
    const start = (...args: string[]) => {
      const server = spawn('npm', ['run', '--silent', `tutorial:${number}`, '--', ...args], {
        cwd: root,
        env,
        detached: true,
      });
      opened.defer(async () => {
        const exited = once(server, 'exit');
        process.kill(-(server.pid ?? 0), 'SIGINT'); // npm and what it started, as a terminal does
        await exited;
      });
      return server;
    };
    const servers = number === 1 ? [start('server')] : [start('server', 'a'), start('server', 'b')];
    for (const { stdout } of servers) expect(String((await once(stdout, 'data'))[0])).toBe('ready\n');
    const { stdout } = await run('npm', ['run', '--silent', `tutorial:${number}`, '--', 'client'], { cwd: root, env });
    const [, ...asShown] = (shown[0]?.output ?? '').split('\n').filter((line) => !line.startsWith('server '));
    expect(stdout).toContain(asShown.join('\n'));
  });

  test.for(shown)(
    '$command prints what the README shows',
    { timeout: 120_000 },
    async ({ command, output }, { annotate }) => {
      if (command.includes('--python') && !hasPython) {
        await annotate('not available: /usr/bin/python3 has no oslo_messaging');
        return;
      }
      const { TRANSPORT_URL: _, ...env } = process.env; // as the README says: with nothing else running
      const [program = '', ...args] = command.split(' ');
      // What the tests need is installed: the step before the script would install it again in the middle of other tests.
      const { stdout } = await run(program, args, { cwd: root, env: { ...env, npm_config_ignore_scripts: 'true' } });
      expect(comparable(stdout)).toEqual(comparable(output));
    },
  );
});

/** Without npm's own lines and times; servers and client speak in no fixed order. A list that the README cuts counts as its start. */
function comparable(output: string): string[] {
  return output
    .replaceAll(/^>.*$/gm, '')
    .replaceAll(/"elapsed": [\d.]+/g, '"elapsed": 0')
    .replaceAll(/^(\{"ok": true, "results": \[(?:\{.*?\}, ){2}).*$/gm, '$1…')
    .split('\n')
    .filter((line) => line !== '')
    .sort();
}
