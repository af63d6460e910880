import { type Expected, failed, ok, remote, repeated } from './expected.ts';
import type { Pair } from './pair.ts';

/** One thing that the contract promises. `run` throws what was different. */
export interface Row {
  readonly name: string;
  readonly run: (pair: Pair) => Promise<void>;
}

type Request = Readonly<Record<string, unknown>> | string;

/** A row that is a list of requests with their answers. */
function asks(name: string, steps: readonly (readonly [Request, Expected])[], exmods = ''): Row {
  return {
    name,
    run: async (pair) => {
      for (const [request, expected] of steps) await pair.expect(request, expected, exmods);
    },
  };
}

const nobody = 'Endpoint does not support RPC';

/** Everything about requests. Servers `s1` and `s2` of topic `demo` are there, with `--ping`. */
export const callRows: readonly Row[] = [
  asks('call', [
    [
      { method: 'echo', kwargs: { value: { b: [1, 2.5, null, true], a: 'text' } } },
      ok({ b: [1, 2.5, null, true], a: 'text' }),
    ],
    [{ method: 'args', kwargs: { z: 1, a: [] } }, ok({ z: 1, a: [] })],
    [{ method: 'args' }, ok({})],
    ['{"method": "args", "kwargs": {"__proto__": [1], "a": 2}}', ok(JSON.parse('{"__proto__": [1], "a": 2}'))],
    [{ method: 'add', kwargs: { a: 1, b: 2 } }, ok(3)],
    [{ method: 'add', kwargs: { a: 'x', b: 'y' } }, ok('xy')],
    [{ method: 'nothing' }, ok(null)],
    [{ method: 'length', kwargs: { value: 'é😀' } }, ok(2)],
  ]),
  asks('call to a server', [
    [{ method: 'whoami', server: 's1' }, ok('s1')],
    [{ method: 'whoami', server: 's2' }, ok('s2')],
    [{ method: 'which', server: '' }, ok('A')],
  ]),
  {
    name: 'cast',
    run: async (pair) => {
      await pair.expect({ method: 'record', mode: 'cast', server: 's1', kwargs: { key: 'cast', value: 1 } }, ok(null));
      await pair.eventually({ method: 'recorded', server: 's1', kwargs: { key: 'cast' } }, ok([1]));
      await pair.expect({ method: 'recorded', server: 's2', kwargs: { key: 'cast' } }, ok([]));
    },
  },
  {
    name: 'fanout cast',
    run: async (pair) => {
      await pair.expect({ method: 'record', mode: 'cast', fanout: true, kwargs: { key: 'all', value: 'x' } }, ok(null));
      for (const server of ['s1', 's2']) {
        await pair.eventually({ method: 'recorded', server, kwargs: { key: 'all' } }, ok(['x']));
      }
    },
  },
  asks('context', [
    [{ method: 'ctx', ctxt: { user: 'u', roles: ['a'] } }, ok({ user: 'u', roles: ['a'] })],
    [
      { method: 'stream', kwargs: { count: 2 }, ctxt: { request_id: 'req' } },
      ok([
        { n: 0, ctxt: { request_id: 'req' } },
        { n: 1, ctxt: { request_id: 'req' } },
      ]),
    ],
  ]),
  asks('text beyond ASCII', [
    [{ method: 'echo', kwargs: { value: 'é😀\u007f\u2028"\\\n' } }, ok('é😀\u007f\u2028"\\\n')],
    ['{"method": "echo", "kwargs": {"value": "\\ud800"}}', ok('\ud800')],
  ]),
  asks('NaN and big integers', [
    [{ method: 'nan' }, ok([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])],
    ['{"method": "echo", "kwargs": {"value": [NaN, -Infinity]}}', ok([Number.NaN, Number.NEGATIVE_INFINITY])],
    [{ method: 'bigint' }, ok(2n ** 64n + 1n)],
    ['{"method": "echo", "kwargs": {"value": 123456789012345678901234567890}}', ok(123456789012345678901234567890n)],
  ]),
  asks('large bodies', [
    [{ method: 'length', kwargs: { value: 'y'.repeat(2_000_000) } }, ok(2_000_000)],
    [{ method: 'big', kwargs: { size: 1_000_000 } }, ok('x'.repeat(1_000_000))],
  ]),
  asks('failure, builtin', [
    [{ method: 'fail' }, remote('ValueError', 'boom', true)],
    [{ method: 'fail', kwargs: { kind: 'KeyError', message: 'k' } }, remote('KeyError', "'k'", true)],
    [{ method: 'fail', kwargs: { kind: 'KeyError', message: 'é\n"\'' } }, remote('KeyError', "'é\\n\"\\''", true)],
    [{ method: 'fail', kwargs: { kind: 'TypeError', message: 't' } }, remote('TypeError', 't', true)],
    [
      { method: 'fail', kwargs: { kind: 'RuntimeError', message: 'two\nlines' } },
      remote('RuntimeError', 'two\nlines', true),
    ],
    [{ method: 'fail_expected', kwargs: { message: 'known' } }, remote('ValueError', 'known', true)],
  ]),
  asks('failure, not rebuilt', [
    [{ method: 'fail', kwargs: { kind: 'PeerError', message: 'p', code: 7 } }, remote('PeerError', 'p', false)],
  ]),
  asks(
    'failure, rebuilt by --exmods',
    [
      [{ method: 'fail', kwargs: { kind: 'PeerError', message: 'p', code: 7 } }, remote('PeerError', 'p', true)],
      [{ method: 'nope' }, remote('NoSuchMethod', `${nobody} method nope`, false)],
    ],
    'peer_errors',
  ),
  asks('arguments that do not fit', [
    [{ method: 'echo' }, remote('TypeError', "Main.echo() missing 1 required positional argument: 'value'", true)],
    [
      { method: 'echo', kwargs: { value: 1, more: 2 } },
      remote('TypeError', "Main.echo() got an unexpected keyword argument 'more'", true),
    ],
    [
      { method: 'add', kwargs: { a: 1, b: 'x' } },
      remote('TypeError', "unsupported operand type(s) for +: 'int' and 'str'", true),
    ],
  ]),
  asks('unknown and private methods', [
    [{ method: 'nope' }, remote('NoSuchMethod', `${nobody} method nope`, false)],
    [{ method: '_private' }, remote('NoSuchMethod', `${nobody} method _private`, false)],
  ]),
  asks('versions', [
    [{ method: 'which' }, ok('A')],
    [{ method: 'which', version: '1.5' }, ok('A')],
    [{ method: 'which', version: '1.6' }, ok('B')],
    [{ method: 'which', version: '1.2.3.4' }, ok('A')],
    [{ method: 'which', version: '2.3' }, ok('C')],
    [
      { method: 'which', version: '3.0' },
      remote('UnsupportedVersion', `${nobody} version 3.0. Attempted method: which`, false),
    ],
    [
      { method: 'which', version: 'abc' },
      failed({
        kind: 'other',
        class: 'MessagingException',
        message: 'Version must contain a major and minor integer. Got abc',
      }),
    ],
  ]),
  asks('namespaces', [
    [{ method: 'which', namespace: 'alt', version: '1.2' }, ok('D')],
    [{ method: 'which', namespace: 'old_alt' }, ok('D')],
    [
      { method: 'which', namespace: '' },
      remote('UnsupportedVersion', `${nobody} version 1.0. Attempted method: which`, false),
    ],
    [
      { method: 'which', namespace: 'none' },
      remote('UnsupportedVersion', `${nobody} version 1.0. Attempted method: which`, false),
    ],
    [
      { method: 'ping', namespace: 'baseapi', version: '1.1', kwargs: { arg: [1] }, server: 's1' },
      ok({ service: 's1', arg: [1] }),
    ],
    [{ method: 'get_backdoor_port', namespace: 'baseapi', version: '1.1' }, ok(null)],
  ]),
  asks('ping of a server', [[{ method: 'oslo_rpc_server_ping' }, ok('pong')]]),
  asks('version cap and target', [
    [{ method: 'which', version: '1.4', version_cap: '1.5' }, ok('A')],
    [
      { method: 'which', version: '1.5', version_cap: '1.4' },
      failed({
        kind: 'version_cap',
        class: 'RPCVersionCapError',
        message:
          'Requested message version, 1.5 is incompatible.  It needs to be equal in major version and less than or equal ' +
          'in minor version as the specified version cap 1.4.',
      }),
    ],
    [
      { method: 'which', fanout: true },
      failed({
        kind: 'target',
        class: 'InvalidTarget',
        message: 'A call cannot be used with fanout:<Target topic=demo, fanout=True>',
      }),
    ],
  ]),
  asks('call monitor', [
    [{ method: 'sleep', kwargs: { seconds: 2.5, value: 'slow' }, call_monitor: 2, server: 's1' }, ok('slow')],
  ]),
  asks('timeout', [
    [
      { method: 'which', server: 'nobody', timeout: 0.3 },
      /^\{"ok": false, "error": \{"kind": "timeout", "class": "MessagingTimeout", "message": "[^"]+"\}, "elapsed": 0\.0\}$/,
    ],
  ]),
  asks('mandatory', [
    [{ method: 'which', mandatory: true }, ok('A')],
    [
      { method: 'which', mandatory: true, server: 'nobody' },
      failed({
        kind: 'undeliverable',
        class: 'MessageUndeliverable',
        message: 'exchange=openstack routing_key=demo.nobody',
      }),
    ],
    [{ method: 'record', mode: 'cast', server: 'nobody' }, ok(null)],
  ]),
  asks('repeat and parallel', [
    [
      { method: 'echo', repeat: 20, parallel: 5, kwargs: { value: ['$i', '$i '] } },
      repeated(Array.from({ length: 20 }, (_, index) => [index, '$i '])),
    ],
    [
      { method: 'sleep', repeat: 32, kwargs: { seconds: 0.3, value: '$i' }, server: 's1', timeout: 8 },
      repeated(Array.from({ length: 32 }, (_, index) => index)),
    ],
  ]),
];
