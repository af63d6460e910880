import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readHop } from './read-hop.ts';

const folder = new URL('../test/vectors/', import.meta.url);

/** Messages of the real oslo.messaging, as a broker carried them. */
function captured(name: string) {
  const { exchange, routing_key, body_raw } = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
  return { exchange, routing_key, body: body_raw, at_ms: 0 };
}

describe(readHop, () => {
  test.for([
    ['call', { kind: 'call', topic: 'compute', method: 'echo' }],
    ['call-server', { kind: 'call', topic: 'compute', server: 'host1' }],
    ['cast', { kind: 'cast', topic: 'compute' }],
    ['cast-server', { kind: 'cast', topic: 'compute', server: 'host1' }],
    ['cast-fanout', { kind: 'fanout', topic: 'compute' }],
    ['call-reply', { kind: 'reply', failure: null }],
    ['call-monitor-reply-1-heartbeat', { kind: 'heartbeat' }],
    ['call-fail-valueerror-reply', { kind: 'reply', failure: expect.stringContaining('ValueError') }],
  ] as const)('%s as captured from oslo.messaging', ([name, hop]) => {
    expect(readHop(captured(name))).toMatchObject(hop);
  });

  test('a call and its reply have one message id', () => {
    expect(readHop(captured('call-reply'))?.msg_id).toBe(readHop(captured('call'))?.msg_id);
  });

  test.for(['not json', '[]', '"text"', '{"oslo.version": "2.0", "oslo.message": 1}', ''])(
    'garbage %s is left alone',
    (body) => {
      expect(readHop({ ...captured('call'), body })).toBeUndefined();
    },
  );

  test('what is no request and no reply is nobody’s hop', () => {
    expect(readHop(captured('notify-info-v2'))).toBeUndefined();
    expect(readHop({ ...captured('call'), body: '{"oslo.version": "2.0", "oslo.message": "{"}' })).toBeUndefined();
  });
});
