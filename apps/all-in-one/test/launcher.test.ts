import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { promisify } from 'node:util';
import { until } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import { DemoClient } from './demo-client.ts';
import { freshFolder, Launched } from './launched.ts';

const run = promisify(execFile);

describe('npm start', () => {
  test('the commands of the greeting boot an instance, show it and delete it', async () => {
    await using folder = await freshFolder();
    await using launched = new Launched(folder.path);
    const client = new DemoClient(await launched.ready());

    const [boot = '', show = '', remove = ''] = commandsIn(launched.output);
    const shown = await run('bash', ['-ec', `${boot}\necho "$id"\n${show}`]);
    const [id = '', body = ''] = shown.stdout.split('\n');
    expect(JSON.parse(body)).toMatchObject({ server: { id, name: 'first' } });
    expect(await client.settled(id)).toMatchObject({ status: 'ACTIVE' });
    await run('bash', ['-ec', `id=${id}\n${remove}`]);
    await client.gone(id);
  });

  test.for([
    ['a process for each service', []],
    ['--single-process', ['--single-process']],
  ] as const)('Ctrl-C stops it in order and leaves no process and no port: %s', async ([, flags]) => {
    await using folder = await freshFolder();
    await using launched = new Launched(folder.path, {}, flags);
    const apiPort = portOf(await launched.ready());
    const brokerPort = portOf(/BROKER\s+(\S+)/.exec(launched.output)?.[1]);
    expect(launched.group()).toHaveLength(flags.length === 0 ? 6 : 1);
    expect([await isOpen(apiPort), await isOpen(brokerPort)]).toEqual([true, true]);

    launched.interrupt();

    expect(await launched.ended).toBe(0);
    expect(launched.group()).toEqual([]);
    expect([await isOpen(apiPort), await isOpen(brokerPort)]).toEqual([false, false]);
    // Nobody lost the bus, or another service, before it was told to stop itself.
    expect(launched.output.slice(launched.output.indexOf('Ctrl-C stops'))).not.toMatch(/WARN|ERROR|FATAL/);
  });

  test.for([
    ['a process for each service', []],
    ['--single-process', ['--single-process']],
  ] as const)('the observer shows a boot, and ends with the rest: %s', async ([, flags]) => {
    await using folder = await freshFolder();
    await using launched = new Launched(folder.path, { OBSERVER_PORT: '0' }, flags);
    const client = new DemoClient(await launched.ready());
    const study = /STUDY\s+(http:\S+)/.exec(launched.output)?.[1] ?? '';
    const ask = async (path: string) => {
      const response = await fetch(study + path);
      return { status: response.status, text: await response.text() };
    };
    await until(async () => (await ask('/healthz')).status === 200, {
      withinMs: 15_000,
      what: 'the observer to listen',
    });

    const { id, requestId } = await client.boot();
    await client.settled(id);

    const methods = ['run_instance', 'build_instances', 'build_and_run_instance', 'instance_update'];
    await until(
      async () => {
        const { text } = await ask(`/api/flows/${requestId}`);
        return methods.every((method) => text.includes(`"method":"${method}"`));
      },
      { what: 'the flow of the boot' },
    );
    expect((await ask(`/cloud-api/compute/v2.1/servers/${id}`)).text).toContain(id);

    launched.interrupt();
    expect(await launched.ended).toBe(0);
    expect(launched.group()).toEqual([]);
    expect(launched.output.slice(launched.output.indexOf('Ctrl-C stops'))).not.toMatch(/WARN|ERROR|FATAL/);
  });

  test('Ctrl-C while it still starts stops it too', async () => {
    await using folder = await freshFolder();
    await using launched = new Launched(folder.path);
    await until(() => launched.group().length === 6, { withinMs: 30_000, what: 'five services' });

    launched.interrupt();

    expect(await launched.ended).toBe(0);
    expect(launched.group()).toEqual([]);
  });

  test('a second Ctrl-C ends at once what the first one waits for', async () => {
    await using folder = await freshFolder();
    await using launched = new Launched(folder.path, { COMPUTE_SPAWN_MS: '60000', SHUTDOWN_TIMEOUT_MS: '60000' });
    const client = new DemoClient(await launched.ready());
    const { id } = await client.boot();
    await until(async () => (await client.show(id))?.['OS-EXT-STS:task_state'] === 'spawning', {
      what: 'a guest that starts',
    });

    launched.interrupt();
    await until(() => launched.output.includes('scheduler  stopped'), { withinMs: 10_000, what: 'the first stops' });
    expect(launched.group()).toContain(launched.child.pid);
    // What comes within a moment counts as the same wish, because npm hands Ctrl-C on a second time: it is pressed until heard.
    const pressing = setInterval(() => launched.interrupt(), 100);
    const code = await launched.ended.finally(() => clearInterval(pressing));

    expect(code).toBe(130);
    await until(() => launched.group().length === 0, { what: 'the end of all services' });
  });

  test('services end by themselves when the launcher is killed', async () => {
    await using folder = await freshFolder();
    await using launched = new Launched(folder.path);
    const port = portOf(await launched.ready());

    launched.child.kill('SIGKILL');

    await until(() => launched.group().length === 0, { withinMs: 15_000, what: 'the end of all services' });
    expect(await isOpen(port)).toBe(false);
  });

  test('instances outlive a stop, and --fresh forgets them', async () => {
    await using folder = await freshFolder();
    const inside = async <T>(flags: readonly string[], act: (client: DemoClient) => Promise<T>): Promise<T> => {
      await using launched = new Launched(folder.path, {}, ['--single-process', ...flags]);
      const done = await act(new DemoClient(await launched.ready()));
      launched.interrupt();
      await launched.ended;
      return done;
    };

    const id = await inside([], async (client) => (await client.settled((await client.boot({ name: 'kept' })).id)).id);
    await inside([], async (client) => {
      expect(await client.show(id)).toMatchObject({ status: 'ACTIVE' });
      expect(await client.settled((await client.boot({ name: 'another' })).id)).toMatchObject({ status: 'ACTIVE' });
      await client.delete(id);
      await client.gone(id);
    });
    expect(await inside(['--fresh'], (client) => client.list())).toEqual([]);
  });

  test('a second cloud in the same folder is refused, and names who holds it', async () => {
    await using folder = await freshFolder();
    await using first = new Launched(folder.path, {}, ['--single-process']);
    await first.ready();

    await using second = new Launched(folder.path);

    expect(await second.ended).toBe(1);
    expect(second.output).toContain(`process ${first.child.pid}`);
    expect(second.output).toContain('set STATE_FOLDER');
  });
});

describe('a port that is taken', () => {
  test('by the API is an error that says which variable to change, before anything is started', async () => {
    await using taken = await takePort();
    await using folder = await freshFolder();
    await using launched = new Launched(folder.path, { API_PORT: String(taken.port) });

    expect(await launched.ended).toBe(1);
    expect(launched.output).toBe(
      `novasim cannot start:\n  127.0.0.1:${taken.port} is taken: set API_PORT to another port (0 takes any free one)\n`,
    );
  });

  test('by the embedded broker is left to its owner, and the log says so', async () => {
    await using taken = await takePort();
    await using folder = await freshFolder();
    await using launched = new Launched(folder.path, { BROKER_PORT: String(taken.port) }, ['--single-process']);
    await launched.ready();

    const port = portOf(/BROKER\s+(\S+)/.exec(launched.output)?.[1]);
    expect(port).not.toBe(taken.port);
    expect(launched.output).toContain(
      `BROKER_PORT is taken, the embedded broker took another taken=${taken.port} port=${port}`,
    );
  });
});

test('faults of all services and flags come in one message, before anything is started', async () => {
  await using folder = await freshFolder();
  const env = {
    API_PORT: 'x',
    LOG_LEVEL: 'loud',
    COMPUTE_SPAWN_MS: '-1',
    AUTH_MODE: 'maybe',
    TRANSPORT_URL: 'http://a:b@c',
  };
  await using launched = new Launched(folder.path, env, ['--bogus']);

  expect(await launched.ended).toBe(2);
  const lines = launched.output.trimEnd().split('\n');
  expect(lines[0]).toBe('novasim cannot start:');
  for (const fault of ['--bogus', 'API_PORT="x"', 'LOG_LEVEL="loud"', 'COMPUTE_SPAWN_MS="-1"', 'AUTH_MODE="maybe"']) {
    expect(lines.filter((line) => line.includes(fault))).toHaveLength(1);
  }
  expect(lines.filter((line) => line.includes('TRANSPORT_URL="http://a:***@c"'))).toHaveLength(1);
  expect(lines).toHaveLength(7);
});

test('with LOG_FORMAT=json every line is an object, the greeting too', async () => {
  await using folder = await freshFolder();
  await using launched = new Launched(folder.path, { LOG_FORMAT: 'json' }, ['--single-process']);
  await until(() => launched.output.includes('"cloud ready"'), { withinMs: 30_000, what: 'the greeting' });
  launched.interrupt();
  await launched.ended;

  const lines = launched.output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { service: string; msg: string });
  expect(lines.find(({ msg }) => msg === 'cloud ready')).toMatchObject({
    service: 'launcher',
    api: expect.stringMatching(/^http:/),
    pids: { api: launched.child.pid },
  });
});

test('--help lists flags and variables', async () => {
  await using folder = await freshFolder();
  await using launched = new Launched(folder.path, {}, ['--help']);

  expect(await launched.ended).toBe(0);
  for (const word of ['--single-process', '--fresh', 'API_PORT', 'BROKER_PORT', 'COMPUTE_HOSTS', 'STATE_FOLDER']) {
    expect(launched.output).toContain(word);
  }
});

/** The commands that the greeting shows, one text each; a line that ends with a backslash goes on. */
function commandsIn(output: string): readonly string[] {
  const shown = /delete it:\n\n(.*?)\n\nCtrl-C/s.exec(output)?.[1] ?? '';
  return shown.split(/(?<!\\)\n/).map((command) => command.trim());
}

function portOf(url: string | undefined): number {
  return Number(new URL(url ?? '').port);
}

async function takePort(): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port, // it listens on TCP
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
