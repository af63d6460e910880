import { brokersUnderTest, freshBus, publishRaw } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import { observe } from './observer-under-test.ts';

const MB = 1_048_576;

describe.each(await brokersUnderTest())('an observer on $name', (broker) => {
  test('survives what is no message of anybody’s, and goes on', async () => {
    await using bus = await freshBus(broker);
    await using observer = await observe(bus);
    const bodies = [
      '',
      '{',
      'null',
      '[]',
      '"text"',
      '{"oslo.message": 1}',
      '{"oslo.message": "{"}',
      '{"oslo.message": "{\\"method\\": [], \\"_msg_id\\": {}, \\"_context_request_id\\": 7}"}',
      `{"method": "x", "args": ${'['.repeat(30_000)}`,
      Buffer.from([0, 255, 254, 0xc3, 0x28, 10]),
      '\\'.repeat(60_000),
      '"password'.repeat(5_000),
    ];

    await publishRaw(
      bus,
      bodies.map((body) => ({ exchange: 'amq.topic', routingKey: 'garbage', body, headers: { deep: [{ a: null }] } })),
    );
    await publishRaw(bus, [castOf('req-after', 'x')]);

    await observer.flow('req-after');
    const { memory } = await observer.status();
    expect(memory.seen_messages).toBe(bodies.length + 1);
  });

  test('a message of 20 MB is sorted into its flow, and little of it is kept', { timeout: 60_000 }, async () => {
    await using bus = await freshBus(broker);
    await using observer = await observe(bus);

    // RabbitMQ 4 takes no more than 16 MB.
    const length = (broker.version?.startsWith('4.') ? 15 : 20) * MB;
    await publishRaw(bus, [castOf('req-large', 'y'.repeat(length)), castOf('req-after', 'x')]);

    await observer.flow('req-after');
    const { hops } = await observer.flow('req-large');
    expect(hops).toMatchObject([{ kind: 'cast', method: 'reboot_instance', routing_key: 'compute.h1' }]);
    const message = await observer.get<{ bytes: number; is_cut: boolean; body: string }>(
      `/api/messages/${hops[0]?.id}`,
    );
    expect(message).toMatchObject({ is_cut: true, bytes: expect.any(Number) });
    expect([message.bytes > length, message.body.length < 65_536]).toEqual([true, true]);
  });

  test('one of 200 KB is kept as JSON with long values shortened', async () => {
    await using bus = await freshBus(broker);
    await using observer = await observe(bus);

    await publishRaw(bus, [
      castOf(
        'req-long',
        'y'.repeat(200_000),
        Array.from({ length: 2_000 }, (_, n) => ({ n })),
      ),
    ]);

    const { hops } = await observer.flow('req-long');
    const { message } = await observer.get<{ message: { args: { text: string; list: unknown[] } } }>(
      `/api/messages/${hops[0]?.id}`,
    );
    expect(message.args.text).toMatch(/^y+…$/);
    expect(message.args.list.at(-1)).toMatch(/^… \d+ more$/);
  });
});

function castOf(requestId: string, text: string, list: readonly object[] = []) {
  const message = {
    method: 'reboot_instance',
    args: { text, list },
    version: '1.0',
    _context_request_id: requestId,
    _unique_id: requestId.padStart(32, '0'),
  };
  const body = JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': JSON.stringify(message) });
  return { exchange: 'amq.topic', routingKey: 'compute.h1', body };
}
