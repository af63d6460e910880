import { brokersUnderTest } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import { isRabbitmq3 } from './clients.ts';
import { args, type Row, refusalOf, twice, type Wrong } from './wrong.ts';

const twiceExchange =
  (first: Record<string, unknown>, second: Record<string, unknown>, type = 'direct'): Wrong =>
  async (channel) => {
    await channel.assertExchange('e', 'direct', { durable: false, ...first });
    await channel.assertExchange('e', type, { durable: false, ...second });
  };

const inequivalent = (arg: string, what: string, rest: string) =>
  `PRECONDITION_FAILED - inequivalent arg '${arg}' for ${what} in vhost '%v': ${rest}`;
const invalid = (arg: string, rest: string) =>
  `PRECONDITION_FAILED - invalid arg '${arg}' for queue 'q' in vhost '%v': ${rest}`;

const refusedDeclarations: readonly Row[] = [
  [
    'a queue with another durable flag',
    twice({ durable: false }, { durable: true }),
    406,
    inequivalent('durable', "queue 'q'", "received 'true' but current is 'false'"),
  ],
  [
    'a queue with another auto-delete flag',
    twice({ autoDelete: true }, { autoDelete: false }),
    406,
    inequivalent('auto_delete', "queue 'q'", "received 'false' but current is 'true'"),
  ],
  [
    'a queue with another number as argument',
    twice(args({ 'x-expires': 10_000 }), args({ 'x-expires': 20_000 })),
    406,
    inequivalent('x-expires', "queue 'q'", "received '20000' but current is '10000'"),
  ],
  [
    'a queue without the argument it has',
    twice(args({ 'x-expires': 10_000 }), args({})),
    406,
    inequivalent('x-expires', "queue 'q'", "received none but current is the value '10000' of type 'short'"),
  ],
  [
    'a queue with an argument it has not',
    twice(args({}), args({ 'x-message-ttl': 5 })),
    406,
    inequivalent('x-message-ttl', "queue 'q'", "received the value '5' of type 'byte' but current is none"),
  ],
  [
    'a queue with another text as argument',
    twice(args({ 'x-dead-letter-exchange': 'a' }), args({ 'x-dead-letter-exchange': 'b' })),
    406,
    inequivalent('x-dead-letter-exchange', "queue 'q'", "received 'b' but current is 'a'"),
  ],
  [
    'a queue with another type',
    twice(
      { durable: true, arguments: { 'x-queue-type': 'classic' } },
      { durable: true, arguments: { 'x-queue-type': 'quorum' } },
    ),
    406,
    inequivalent('x-queue-type', "queue 'q'", "received 'quorum' but current is 'classic'"),
  ],
  [
    'an exchange with another type',
    twiceExchange({}, {}, 'topic'),
    406,
    inequivalent('type', "exchange 'e'", "received 'topic' but current is 'direct'"),
  ],
  [
    'an exchange with another durable flag',
    twiceExchange({}, { durable: true }),
    406,
    inequivalent('durable', "exchange 'e'", "received 'true' but current is 'false'"),
  ],
  [
    'an exchange with another auto-delete flag',
    twiceExchange({}, { autoDelete: true }),
    406,
    inequivalent('auto_delete', "exchange 'e'", "received 'true' but current is 'false'"),
  ],
  [
    'an exchange with another internal flag',
    twiceExchange({}, { internal: true }),
    406,
    inequivalent('internal', "exchange 'e'", "received 'true' but current is 'false'"),
  ],
  [
    'an exchange with an alternate it has not',
    twiceExchange({}, { alternateExchange: 'x' }),
    406,
    inequivalent('alternate-exchange', "exchange 'e'", "received the value 'x' of type 'longstr' but current is none"),
  ],
  [
    'a predeclared exchange with another type',
    (c) => c.assertExchange('amq.direct', 'topic'),
    406,
    inequivalent('type', "exchange 'amq.direct'", "received 'topic' but current is 'direct'"),
  ],

  [
    'a queue type that there is not',
    (c) => c.assertQueue('q', args({ 'x-queue-type': 'odd' })),
    406,
    invalid('x-queue-type', `"unsupported queue type 'odd'"`),
  ],
  [
    'x-expires as text',
    (c) => c.assertQueue('q', args({ 'x-expires': 'a' })),
    406,
    invalid('x-expires', '"expected integer, got longstr"'),
  ],
  [
    'x-expires of nothing',
    (c) => c.assertQueue('q', args({ 'x-expires': 0 })),
    406,
    invalid('x-expires', '{value_zero,0}'),
  ],
  [
    'x-message-ttl below nothing',
    (c) => c.assertQueue('q', args({ 'x-message-ttl': -1 })),
    406,
    invalid('x-message-ttl', '{value_negative,-1}'),
  ],
  [
    'x-max-length as text',
    (c) => c.assertQueue('q', args({ 'x-max-length': 'a' })),
    406,
    invalid('x-max-length', '"expected integer, got longstr"'),
  ],
  [
    'x-max-length below nothing',
    (c) => c.assertQueue('q', args({ 'x-max-length': -4 })),
    406,
    invalid('x-max-length', '{value_negative,-4}'),
  ],
  [
    'x-overflow that there is not',
    (c) => c.assertQueue('q', args({ 'x-overflow': 'odd' })),
    406,
    invalid('x-overflow', 'invalid_overflow'),
  ],
  [
    'x-max-priority above 255',
    (c) => c.assertQueue('q', args({ 'x-max-priority': 300 })),
    406,
    invalid('x-max-priority', '{max_value_exceeded,300}'),
  ],
  [
    'x-single-active-consumer as text',
    (c) => c.assertQueue('q', args({ 'x-single-active-consumer': 'a' })),
    406,
    invalid('x-single-active-consumer', '{unacceptable_type,longstr}'),
  ],
  [
    'a dead letter key without an exchange',
    (c) => c.assertQueue('q', args({ 'x-dead-letter-routing-key': 'k' })),
    406,
    invalid('x-dead-letter-routing-key', 'routing_key_but_no_dlx_defined'),
  ],
  [
    'a dead letter exchange that is a number',
    (c) => c.assertQueue('q', args({ 'x-dead-letter-exchange': 5 })),
    406,
    "PRECONDITION_FAILED - invalid type 'byte' for arg 'x-dead-letter-exchange' in queue 'q' in vhost '%v'",
  ],
  ...(
    [
      ['non-durable', { durable: false }],
      ['exclusive-owner', { durable: true, exclusive: true }],
      ['auto-delete', { durable: true, autoDelete: true }],
    ] as const
  ).map(
    ([property, flags]): Row => [
      `a quorum queue that is ${property}`,
      (c) => c.assertQueue('q', { ...flags, arguments: { 'x-queue-type': 'quorum' } }),
      406,
      `PRECONDITION_FAILED - invalid property '${property}' for queue 'q' in vhost '%v'`,
    ],
  ),
];

describe.each(await brokersUnderTest())('$name refuses to declare', (broker) => {
  test.for(refusedDeclarations)('%s', async ([, wrong, code, text]) => {
    expect(await refusalOf(broker, wrong)).toEqual({ scope: 'channel', code, text });
  });

  test('an exchange type that there is not', async () => {
    const refusal = await refusalOf(broker, (channel) => channel.assertExchange('e', 'odd'));
    expect(refusal).toEqual(
      isRabbitmq3(broker)
        ? { scope: 'connection', code: 503, text: "COMMAND_INVALID - unknown exchange type 'odd'" }
        : { scope: 'channel', code: 406, text: "PRECONDITION_FAILED - unknown exchange type 'odd'" },
    );
  });
});
