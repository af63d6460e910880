import type { LogLine } from '@novasim/trace';
import { expect, test } from 'vitest';
import { boot } from '../../test/recorded.ts';
import { logOfHop } from './log-of-hop.ts';

const found = <T>(it: T | undefined): T => it ?? expect.unreachable();
const call = found(boot.hops.find(({ kind }) => kind === 'call'));
const [cast] = boot.hops;

function line(about: Partial<LogLine>, t_ms = 0): LogLine {
  const at_ms = boot.started_at_ms + t_ms;
  return { at_ms, level: 'info', service: 'api', host: 'h', says: 'sent', ...about };
}

test('the lines of a call, and of its reply, bear its id', () => {
  const lines = [
    line({ msg_id: found(call.msg_id), method: 'instance_update' }),
    line({ msg_id: 'another', method: 'instance_update' }),
    line({ method: 'instance_update' }),
  ];
  const reply = found(boot.hops.find(({ pair_id, kind }) => kind === 'reply' && pair_id === call.id));

  expect(logOfHop(call, boot, lines)).toEqual(lines.slice(0, 1));
  expect(logOfHop(reply, boot, lines)).toEqual(lines.slice(0, 1));
});

test('a line of a cast is about its method and its address', () => {
  const { kind, exchange, routing_key } = found(cast);
  const about = { kind, method: 'run_instance', exchange, routing_key };
  const lines = [line(about), line({ ...about, service: 'scheduler', says: 'received' })];
  const others = [line({ ...about, method: 'terminate' }), line({ ...about, routing_key: 'compute' }), line({})];

  expect(logOfHop(found(cast), boot, [...lines, ...others])).toEqual(lines);
});

test('of casts that look alike a line is about the nearest in time', () => {
  const first = { ...found(cast), t_ms: 0 };
  const again = { ...first, id: 99, t_ms: 1_000 };
  const flow = { ...boot, hops: [first, again] };
  const { kind, exchange, routing_key } = first;
  const about = { kind, method: 'run_instance', exchange, routing_key };
  const [early, late] = [line(about, 20), line(about, 1_020)];

  expect(logOfHop(first, flow, [early, late])).toEqual([early]);
  expect(logOfHop(again, flow, [early, late])).toEqual([late]);
});
