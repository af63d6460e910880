import { expect, test } from 'vitest';
import type { Signatures } from '../types.ts';
import { asyncapi } from './asyncapi.ts';

interface Greeter {
  hello(context: object, args: { name: string; loud?: boolean }): string;
  note(context: object, args: { text: string }): void;
  wake(context: object, args: Record<string, never>): void;
}
const signatures: Signatures<Greeter> = { hello: ['name', 'loud?'], note: ['text'], wake: [] };

test('signatures alone make a document: names, what is required, and that each is a call', () => {
  const { channels, operations, components } = asyncapi({
    title: 'greeters',
    version: '1.2.3',
    endpoints: [{ topic: 'greeter', signatures }],
  });
  expect(Object.keys(channels)).toEqual(['greeter', 'greeter.server', 'greeter_fanout', 'replies']);
  expect(Object.keys(operations)).toEqual(['greeter.hello', 'greeter.note', 'greeter.wake']);
  expect(operations['greeter.hello']).toMatchObject({
    action: 'receive',
    channel: { $ref: '#/channels/greeter' },
    reply: { channel: { $ref: '#/channels/replies' } },
  });
  expect(components['messages']?.['greeter.hello']).toMatchObject({
    payload: {
      allOf: [{ $ref: '#/components/schemas/oslo.call' }],
      properties: {
        method: { const: 'hello' },
        args: { properties: { name: {}, loud: {} }, required: ['name'], additionalProperties: false },
      },
    },
  });
});

test('a method may be cast to one server, or fanned out, and say more of itself', () => {
  const { channels, operations, components } = asyncapi({
    title: 'greeters',
    version: '1.2.3',
    controlExchange: 'shop',
    options: { amqp_durable_queues: true },
    endpoints: [
      {
        topic: 'greeter',
        namespace: 'polite',
        version: '2.1',
        signatures,
        methods: {
          hello: { description: 'Greets.', args: { name: { type: 'string' } }, result: { type: 'string' } },
          note: { kind: 'cast', isToServer: true },
          wake: { kind: 'fanout' },
        },
      },
    ],
  });
  expect(operations['greeter.polite.note']).toMatchObject({ channel: { $ref: '#/channels/greeter.server' } });
  expect(operations['greeter.polite.note']).not.toHaveProperty('reply');
  expect(operations['greeter.polite.wake']).toMatchObject({ channel: { $ref: '#/channels/greeter_fanout' } });
  expect(channels['greeter']).toMatchObject({ bindings: { amqp: { exchange: { name: 'shop', durable: true } } } });
  expect(channels['greeter_fanout']).toMatchObject({ messages: { 'greeter.polite.wake': {} } });
  expect(components['messages']?.['greeter.polite.hello']).toMatchObject({
    summary: 'Greets.',
    payload: {
      required: ['namespace'],
      properties: { namespace: { const: 'polite' }, args: { properties: { name: { type: 'string' } } } },
    },
  });
  expect(components['messages']?.['greeter.polite.hello.reply']).toMatchObject({
    payload: { properties: { result: { type: 'string' } } },
  });
});
