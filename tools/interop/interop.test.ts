import { brokersUnderTest } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import { meet, type Roles } from './meeting.ts';
import { type Mode, modes } from './modes.ts';
import { osloVersion } from './peers.ts';
import { callRows } from './rows-of-calls.ts';
import { notificationRows } from './rows-of-notifications.ts';

// A part of `npm run interop` that is fast enough for every run of the tests: two modes, no rows about whole processes.
const rows = [callRows, notificationRows.slice(0, 1)];
const fewModes = modes.filter(({ name }) => name === 'transient' || name === 'durable');
const version = await osloVersion();
const brokers = await brokersUnderTest();

test('oslo.messaging’s peers are compared with, where /usr/bin/python3 has it', async ({ annotate }) => {
  if (version === undefined) await annotate('not available: /usr/bin/python3 has no oslo_messaging');
  else expect(version).toMatch(/^\d+\.\d+/);
});

describe.each([...brokers])('on $name', (broker) => {
  const meeting = { name: broker.name, broker, deniesTransient: false };
  const pairs: readonly Roles[] = [
    { client: 'node', server: 'node' },
    { client: 'python', server: 'node' },
    { client: 'node', server: 'python' },
  ];
  const possible = pairs.filter((roles) => version !== undefined || !Object.values(roles).includes('python'));
  const table = fewModes.flatMap((mode) => possible.map((roles): [string, Mode, Roles] => [mode.name, mode, roles]));

  test.for(table)(
    '%s: a client of $2.client and a server of $2.server keep the contract',
    { timeout: 240_000 },
    async ([, mode, roles]) => {
      const outcomes = await meet(meeting, mode, roles, rows);
      expect(outcomes.size).toBe(rows.flat().length);
      expect([...outcomes].filter(([, { state }]) => state !== 'same')).toEqual([]);
    },
  );
});

test('a row whose answer is another one is told, with both', async () => {
  const [broker] = brokers.filter(({ kind }) => kind === 'embedded');
  if (broker === undefined) return;
  const wrong = {
    name: 'wrong',
    run: (pair: Parameters<(typeof callRows)[0]['run']>[0]) => pair.expect({ method: 'which' }, 'B'),
  };
  const [mode] = fewModes;
  if (mode === undefined) throw new Error('there is no mode');
  const meeting = { name: broker.name, broker, deniesTransient: false };
  const outcomes = await meet(meeting, mode, { client: 'node', server: 'node' }, [[wrong]]);
  expect(outcomes.get('wrong')).toEqual({
    state: 'different',
    why: '{"method":"which"}: expected B, got {"ok": true, "result": "A", "elapsed": 0.0}',
  });
});
