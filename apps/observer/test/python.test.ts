import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Bus, brokersUnderTest, freshBus } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import { observe, shown } from './observer-under-test.ts';

const PYTHON = '/usr/bin/python3';
const PEERS = fileURLToPath(new URL('../../../libs/rpc/test/python/', import.meta.url));
const isThere = existsSync('/usr/lib/python3/dist-packages/oslo_messaging');

describe.each(await brokersUnderTest())('a bus on $name with Python peers only', (broker) => {
  test.runIf(isThere)('calls, failures, timeouts and fanouts are drawn as they were', { timeout: 90_000 }, async () => {
    await using bus = await freshBus(broker);
    await using observer = await observe(bus);
    await using _server = await startPeer(bus, 'server.py', ['--topic', 'demo', '--server', 's1']);
    await using client = await startPeer(bus, 'client.py', ['--topic', 'demo', '--batch']);
    const about = (request_id: string) => ({ ctxt: { request_id } });

    await client.ask({ ...about('req-ok'), method: 'add', kwargs: { a: 1, b: 2 } });
    await client.ask({ ...about('req-bad'), method: 'fail', kwargs: { message: 'bad luck' } });
    await client.ask({ ...about('req-late'), method: 'sleep', kwargs: { seconds: 2 }, timeout: 1 });
    await client.ask({ ...about('req-all'), method: 'record', kwargs: { key: 'k' }, mode: 'cast', fanout: true });
    await client.ask({ ...about('req-cast'), method: 'record', kwargs: { key: 'k' }, mode: 'cast', server: 's1' });

    const ok = await observer.flow('req-ok', ({ outcome }) => outcome === 'done');
    expect(ok.hops.map((hop) => hop.kind)).toEqual(['call', 'reply']);
    expect(ok.hops[0]).toMatchObject({ method: 'add', outcome: 'answered', routing_key: 'demo' });
    const bad = await observer.flow('req-bad', ({ outcome }) => outcome === 'failed');
    expect(bad.hops[0]).toMatchObject({ method: 'fail', outcome: 'failed' });
    expect(bad.hops[1]?.error).toContain('ValueError: bad luck');
    const late = await observer.flow('req-late', ({ hops }) => hops.length === 2);
    expect(late.hops.map(shown)).toEqual([expect.stringContaining('call'), expect.stringContaining('reply')]);
    expect(late.hops[0]).toMatchObject({ method: 'sleep', outcome: 'timed out' });
    expect(late.hops[0]?.why).toMatch(/gave up/);
    const all = await observer.flow('req-all', ({ hops }) => hops[0]?.outcome === 'delivered');
    expect(all.hops[0]).toMatchObject({ kind: 'fanout', to: 'demo_fanout', exchange: 'demo_fanout' });
    expect(all.hops[0]?.copies).toHaveLength(1);
    const cast = await observer.flow('req-cast', ({ hops }) => hops[0]?.outcome === 'delivered');
    expect(cast.hops).toMatchObject([{ kind: 'cast', routing_key: 'demo.s1', queues: ['demo.s1'] }]);
  });
});

/** Starts a peer and waits until it says that it is ready. */
async function startPeer(bus: Bus, script: string, args: readonly string[]) {
  const url = bus.url.replace(/^amqp:/, 'rabbit:');
  const child = spawn(PYTHON, [PEERS + script, '--url', url, ...args], {
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  child.stderr.resume();
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`${script} ended`);
    return String(value);
  };
  expect(await next()).toBe('ready');
  return {
    async ask(request: object): Promise<string> {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      return next();
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
