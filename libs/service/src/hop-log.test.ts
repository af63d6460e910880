import { channel } from 'node:diagnostics_channel';
import { expect, test } from 'vitest';
import { logHops } from './hop-log.ts';
import { createLogger } from './logger.ts';
import { createMetrics } from './metrics.ts';

type Line = Record<string, unknown>;

function hopLog(level: 'info' | 'debug' = 'info') {
  const lines: Line[] = [];
  const log = createLogger({
    service: 'api',
    host: 'h1',
    level,
    format: 'json',
    destination: { write: (line) => void lines.push(JSON.parse(line) as Line) },
  });
  const transport = {};
  return { lines, transport, hops: logHops(transport, log) };
}

const cast = {
  kind: 'cast',
  exchange: 'nova',
  routingKey: 'scheduler',
  topic: 'scheduler',
  method: 'run_instance',
  msgId: 'm1',
  context: { request_id: 'req-1', auth_token: 'hunter2' },
};

test('a message that was sent is one line with the fields of a hop', () => {
  const { lines, transport, hops } = hopLog();
  using _ = hops;
  channel('rpc.send').publish({ transport, ...cast, args: { instance_uuid: 'u1' } });
  expect(lines).toEqual([
    expect.objectContaining({
      msg: 'sent',
      level: 'info',
      request_id: 'req-1',
      msg_id: 'm1',
      kind: 'cast',
      exchange: 'nova',
      routing_key: 'scheduler',
      topic: 'scheduler',
      method: 'run_instance',
      instance_uuid: 'u1',
    }),
  ]);
  expect(JSON.stringify(lines)).not.toContain('hunter2');
});

test('a cast is one line when it arrives and one with its duration when it was handled; a failed one warns', () => {
  const { lines, transport, hops } = hopLog();
  using _ = hops;
  channel('rpc.dispatch').publish({ transport, ...cast });
  channel('rpc.dispatched').publish({ transport, ...cast, ms: 3.0712, args: { instance: { uuid: 'u2' } } });
  channel('rpc.dispatched').publish({ transport, ...cast, ms: 1, error: new TypeError('no') });
  expect(lines).toEqual([
    expect.objectContaining({ msg: 'received', level: 'info' }),
    expect.objectContaining({ msg: 'handled', level: 'info', ms: 3.1, instance_uuid: 'u2' }),
    expect.objectContaining({ msg: 'failed', level: 'warn', err: expect.objectContaining({ type: 'TypeError' }) }),
  ]);
});

test('an error that callers expect is no warning', () => {
  const { lines, transport, hops } = hopLog();
  using _ = hops;
  channel('rpc.dispatched').publish({ transport, ...cast, ms: 1, error: new Error('no addresses'), isExpected: true });
  expect(lines).toEqual([expect.objectContaining({ msg: 'refused', level: 'info' })]);
});

test('periodic methods speak at debug only', () => {
  const report = { ...cast, method: 'update_service_capabilities', ms: 1 };
  const info = hopLog('info');
  const debug = hopLog('debug');
  using _ = info.hops;
  using __ = debug.hops;
  for (const { transport } of [info, debug]) {
    channel('rpc.send').publish({ transport, ...report });
    channel('rpc.dispatched').publish({ transport, ...report });
  }
  expect(info.lines).toEqual([]);
  expect(debug.lines.map((line) => line['level'])).toEqual(['debug', 'debug']);
});

test('another transport of the same process is not heard, nor anything after the end', () => {
  const { lines, transport, hops } = hopLog();
  channel('rpc.send').publish({ transport: {}, ...cast });
  hops[Symbol.dispose]();
  channel('rpc.send').publish({ transport, ...cast });
  expect(lines).toEqual([]);
});

test('metrics count what is sent and time what is served, by method and outcome', async () => {
  using metrics = createMetrics({ service: 'api', host: 'h1', process: false });
  const transport = {};
  using _ = metrics.observe(transport);
  channel('rpc.publish').publish({ transport, ...cast });
  channel('rpc.dispatched').publish({ transport, ...cast, ms: 4 });
  channel('rpc.dispatched').publish({ transport, ...cast, ms: 4, error: new TypeError('no') });
  channel('rpc.poison').publish({ transport, topic: 'scheduler', reason: 'not JSON' });
  const text = await metrics.text();
  expect(text).toContain(
    'novasim_rpc_sent_total{kind="cast",topic="scheduler",method="run_instance",service="api",host="h1"} 1',
  );
  expect(text).toMatch(
    /novasim_rpc_served_seconds_count\{[^}]*topic="scheduler",method="run_instance",outcome="ok"[^}]*\} 1/,
  );
  expect(text).toMatch(/novasim_rpc_served_seconds_count\{[^}]*outcome="TypeError"[^}]*\} 1/);
  expect(text).toMatch(/novasim_rpc_poison_total\{[^}]*\} 1/);
});
