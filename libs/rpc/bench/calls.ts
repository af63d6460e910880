/**
 * What a call costs: client and server in processes of their own, calls/s and CPU per call of each.
 * `node libs/rpc/bench/calls.ts rabbit://127.0.0.1:5672/ [--in-flight 128] [--calls 20000] [--bytes 300] [--rounds 3]`
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { connect, type RequestContext, RpcClient, serve } from '../src/index.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'in-flight': { type: 'string', default: '128' },
    calls: { type: 'string', default: '20000' },
    bytes: { type: 'string', default: '300' },
    rounds: { type: 'string', default: '3' },
    mode: { type: 'string', default: 'call' },
  },
});
const url = positionals[0] ?? process.env['TRANSPORT_URL'] ?? 'rabbit://127.0.0.1:5672/';
const topic = 'bench';

class Echo {
  echo(_context: RequestContext, { value }: { value: unknown }): unknown {
    return value;
  }
}

/** Microseconds of CPU since the process began. */
function cpu(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

async function server(): Promise<void> {
  const transport = await connect(url, { name: 'bench-server' });
  await serve(transport, { topic, server: 'bench' }, [new Echo()], { workers: 1_000 });
  process.on('message', () => process.send?.(cpu()));
  process.on('disconnect', () => void transport.close()); // nothing is left to tell
  process.send?.('ready');
}

async function client(): Promise<void> {
  const child = fork(fileURLToPath(import.meta.url), process.argv.slice(2), {
    env: { ...process.env, BENCH_ROLE: 'server' },
  });
  await once(child, 'message');
  const serverCpu = async (): Promise<number> => {
    const answer = once(child, 'message');
    child.send('cpu');
    return Number((await answer)[0]);
  };
  const transport = await connect(url, { name: 'bench-client' });
  const rpc = new RpcClient<Echo>(transport, { topic });
  const context = { request_id: 'req-5c5f9b4b-6f0e-4b3f-9b61-2a8cdd3f1f8a', user_id: 'b8a8e1', project_id: '6f70656e' };
  const value = 'x'.repeat(Number(values.bytes));
  const send =
    values.mode === 'cast' ? () => rpc.cast(context, 'echo', { value }) : () => rpc.call(context, 'echo', { value });
  const run = async (calls: number): Promise<void> => {
    let left = calls;
    const worker = async (): Promise<void> => {
      while (left-- > 0) await send();
    };
    await Promise.all(Array.from({ length: Number(values['in-flight']) }, worker));
  };
  await run(3_000);
  for (let round = 0; round < Number(values.rounds); round++) {
    const calls = Number(values.calls);
    const before = { at: performance.now(), client: cpu(), server: await serverCpu() };
    await run(calls);
    const seconds = (performance.now() - before.at) / 1_000;
    const mine = (cpu() - before.client) / calls;
    const theirs = ((await serverCpu()) - before.server) / calls;
    console.log(
      `${Math.round(calls / seconds)} ${values.mode}s/s, CPU per ${values.mode}: client ${mine.toFixed(1)} µs, server ${theirs.toFixed(1)} µs`,
    );
  }
  await transport.close();
  child.disconnect();
  await once(child, 'exit');
}

await (process.env['BENCH_ROLE'] === 'server' ? server() : client());
