import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brokersUnderTest, freshBus } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';

/** Debian's interpreter: only it sees python3-oslo.messaging, which brings kombu and py-amqp. */
const python = '/usr/bin/python3';
const peer = fileURLToPath(new URL('kombu-peer.py', import.meta.url));
const run = promisify(execFile);
const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };

const missing = await run(python, ['-c', 'import kombu, amqp'], { env }).then(
  () => undefined,
  (error: Error) => error.message.trim().split('\n').at(-1) ?? 'unknown',
);

describe.each(await brokersUnderTest())('kombu and py-amqp on $name', (broker) => {
  test.for(['AMQPLAIN', 'PLAIN'])(
    'declare, publish, consume, confirm, return and refuse as they do anywhere (%s)',
    async (mechanism, context) => {
      // Reported as skipped with the reason, never as passed.
      context.skip(
        missing !== undefined,
        `not available here: kombu for ${python} (python3-oslo.messaging): ${missing}`,
      );
      await using bus = await freshBus(broker);
      const { stdout } = await run(python, [peer, bus.url, mechanism], { env, timeout: 25_000 });
      const steps = stdout
        .trim()
        .split('\n')
        .map((line): unknown => JSON.parse(line));
      const body = { método: 'ping', n: 2 ** 40 };
      expect(steps).toEqual([
        { step: 'connected', server: expect.any(String) },
        { step: 'received', keys: ['', 'compute', 'reply'], bodies: [body, body, body] },
        { step: 'returned', codes: [312] },
        {
          step: 'refused',
          refusals: [
            [
              406,
              `PRECONDITION_FAILED - inequivalent arg 'durable' for queue 'compute' in vhost '${bus.vhost}': received 'true' but current is 'false'`,
            ],
          ],
        },
        { step: 'cancelled' },
        { step: 'released' },
      ]);
      const { queues } = await bus.topology();
      expect(queues.map(({ name }) => name.split('_')[0])).toEqual(['compute', 'fanout', 'reply']);
    },
  );
});
