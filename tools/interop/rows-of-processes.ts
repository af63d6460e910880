import { assertLine, failed, ok, repeated } from './expected.ts';
import { withinMs } from './pair.ts';
import type { Row } from './rows-of-calls.ts';

/** Everything about processes, their ends and their exit statuses. */
export const processRows: readonly Row[] = [
  {
    name: 'one-shot client and its status',
    run: async (pair) => {
      const one = await pair.run('client', ['--topic', 'demo', '--method', 'add', '--kwargs', '{"a": 1, "b": 2}']);
      assertEnd(one, [ok(3)], 0);
      const refused = await pair.run('client', [
        '--topic',
        'demo',
        '--method',
        'which',
        '--version',
        '1.5',
        '--version-cap',
        '1.4',
      ]);
      const message =
        'Requested message version, 1.5 is incompatible.  It needs to be equal in major version and less than or equal in ' +
        'minor version as the specified version cap 1.4.';
      assertEnd(refused, [failed({ kind: 'version_cap', class: 'RPCVersionCapError', message })], 1);
      assertEnd(await pair.run('client', ['--topic', 'demo']), [], 2);
    },
  },
  {
    name: 'graceful stop of a server',
    run: async (pair) => {
      const server = await pair.ready('server', ['--topic', 'stopping', '--server', 'x']);
      const on = { topic: 'stopping', server: 'x' };
      const slow = {
        method: 'slow_record',
        kwargs: { key: 'slow', seconds: '$i', value: '$i' },
        repeat: 3,
        parallel: 3,
      };
      const answer = pair.ask({ ...on, ...slow }, 'peer_errors');
      // Of three that were sent together one ended at once, one after a second: the third has one to go.
      await pair.eventually({ ...on, method: 'recorded', kwargs: { key: 'slow' } }, /"result": \[0, 1/);
      const stopped = server.stop();
      assertLine(await answer, repeated([0, 1, 2]), 'the requests, one of which was running');
      assertEnd(await stopped, [], 0);
    },
  },
  {
    name: 'SIGTERM ends clients',
    run: async (pair) => {
      await using batch = pair.start(pair.client, 'client', ['--topic', 'demo', '--batch']);
      assertLine(await batch.line(withinMs), 'ready', 'client --batch');
      assertEnd(await batch.stop(), [], 0);
    },
  },
];

function assertEnd(
  { lines, status }: { readonly lines: readonly string[]; readonly status: number | null },
  expected: readonly string[],
  expectedStatus: number,
): void {
  if (lines.length !== expected.length)
    throw new Error(`expected ${expected.length} lines, got ${JSON.stringify(lines)}`);
  for (const [index, line] of lines.entries()) assertLine(line, expected[index] ?? '', 'stdout');
  if (status !== expectedStatus) throw new Error(`expected exit status ${expectedStatus}, got ${status}`);
}
