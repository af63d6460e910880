import { pythonJson } from '../rpc-cli/python-text.ts';
import { normalized } from './expected.ts';
import { type Pair, withinMs } from './pair.ts';
import type { Peer } from './peers.ts';
import type { Row } from './rows-of-calls.ts';

interface Heard {
  readonly priority?: string;
  readonly ctxt?: object;
  readonly event_type?: string;
  readonly payload?: unknown;
  readonly requeued?: boolean;
}

/** Everything about notifications. */
export const notificationRows: readonly Row[] = [
  {
    name: 'notify and listen: topics, priorities, context',
    run: async (pair) => {
      const listener = await pair.ready('listen', ['--topic', 'n1,n2', '--count', '5']);
      const payload = '{"n": [1, NaN, 12345678901234567890], "text": "é"}';
      const ctxt = '{"user_id": "u", "auth_token": "secret", "roles": ["r"]}';
      await notify(pair, ['--topic', 'n1,n2', '--repeat', '2', '--payload', payload, '--ctxt', ctxt]);
      await notify(pair, ['--topic', 'n2', '--priority', 'critical', '--event-type', 'some.event']);
      const sent = {
        payload: { n: [1, Number.NaN, 12345678901234567890n], text: 'é' },
        ctxt: { user_id: 'u', roles: ['r'] },
      };
      await assertHeard(listener, [sent, sent, sent, sent, { priority: 'critical', event_type: 'some.event' }]);
    },
  },
  {
    name: 'notify and listen: drivers and requeue',
    run: async (pair) => {
      const listener = await pair.ready('listen', ['--topic', 'n3', '--requeue-first', '1', '--count', '1']);
      await notify(pair, ['--topic', 'n3', '--driver', 'noop']);
      await notify(pair, ['--topic', 'n3', '--driver', 'messaging', '--event-type', 'bare']);
      await assertHeard(listener, [
        { event_type: 'bare', requeued: true },
        { event_type: 'bare', requeued: false },
      ]);
    },
  },
  {
    name: 'notify and listen: pools',
    run: async (pair) => {
      const pool = await pair.ready('listen', [
        '--topic',
        'n4',
        '--pool',
        'billing',
        '--priorities',
        'error',
        '--count',
        '1',
      ]);
      const all = await pair.ready('listen', ['--topic', 'n4', '--priorities', 'info,error', '--count', '2']);
      await notify(pair, ['--topic', 'n4', '--priority', 'info']);
      await notify(pair, ['--topic', 'n4', '--priority', 'error']);
      await assertHeard(pool, [{ priority: 'error' }]);
      await assertHeard(all, [{ priority: 'info' }, { priority: 'error' }]);
    },
  },
];

async function notify(pair: Pair, args: readonly string[]): Promise<void> {
  const { lines, status } = await pair.run('notify', args);
  const sent = args.includes('--repeat') ? Number(args[args.indexOf('--repeat') + 1]) : 1;
  if (lines.length !== 1 || lines[0] !== pythonJson({ ok: true, sent }) || status !== 0) {
    throw new Error(`notify: expected sent ${sent} and status 0, got ${JSON.stringify(lines)} and status ${status}`);
  }
}

/** Queues are independent of each other: the lines may come in any order. */
async function assertHeard(listener: Peer, expected: readonly Heard[]): Promise<void> {
  const { lines, status } = await listener.end(withinMs);
  const wanted = expected.map(
    ({ priority = 'info', ctxt = {}, event_type = 'peer.test', payload = {}, requeued = false }) =>
      pythonJson({
        priority,
        ctxt,
        publisher_id: 'peer.host1',
        event_type,
        payload,
        metadata: { message_id: 'ID', timestamp: 'TIME' },
        requeued,
      }),
  );
  const heard = lines.map(normalized).sort().join('\n');
  if (heard !== wanted.sort().join('\n')) throw new Error(`listen: expected\n${wanted.join('\n')}\ngot\n${heard}`);
  if (status !== 0) throw new Error(`listen: expected exit status 0, got ${status}`);
}
