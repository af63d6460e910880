import { type BrokerUnderTest, brokersUnderTest } from '@novasim/testkit';
import type { Channel } from 'amqplib';
import { describe, expect, test } from 'vitest';
import { type Client, clientOn, isRabbitmq3, sceneOn } from './clients.ts';

type Wrong = (channel: Channel, url: string) => Promise<unknown> | unknown;
/** What is done wrong, the code, and the words; `%v` stands for the name of the virtual host. */
type Row = readonly [name: string, wrong: Wrong, code: number, text: string];

const args = (table: Record<string, unknown>) => ({ durable: false, arguments: table });
const classic = { durable: false, autoDelete: false };
const body = Buffer.from('x');
const locked =
  "RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 'q' in vhost '%v'. It could be originally declared on another " +
  'connection or the exclusive property value does not match that of the original declaration.';

/** Does `use` while another connection owns the exclusive queue `q`. */
const whileLocked =
  (use: (channel: Channel) => Promise<unknown>): Wrong =>
  async (channel, url) => {
    await using owner: Client = await clientOn(url);
    await (await owner.channel()).assertQueue('q', { exclusive: true });
    await use(channel);
  };

const twice =
  (first: Record<string, unknown>, second: Record<string, unknown>): Wrong =>
  async (channel) => {
    await channel.assertQueue('q', { ...classic, ...first });
    await channel.assertQueue('q', { ...classic, ...second });
  };

const twiceExchange =
  (first: Record<string, unknown>, second: Record<string, unknown>, type = 'direct'): Wrong =>
  async (channel) => {
    await channel.assertExchange('e', 'direct', { durable: false, ...first });
    await channel.assertExchange('e', type, { durable: false, ...second });
  };

const onQueue =
  (use: (channel: Channel) => Promise<unknown>): Wrong =>
  async (channel) => {
    await channel.assertQueue('q');
    await use(channel);
  };

const noQueue = "NOT_FOUND - no queue 'nope' in vhost '%v'";
const noExchange = "NOT_FOUND - no exchange 'nope' in vhost '%v'";
const notDefault = 'ACCESS_REFUSED - operation not permitted on the default exchange';
const inequivalent = (arg: string, what: string, rest: string) =>
  `PRECONDITION_FAILED - inequivalent arg '${arg}' for ${what} in vhost '%v': ${rest}`;
const invalid = (arg: string, rest: string) =>
  `PRECONDITION_FAILED - invalid arg '${arg}' for queue 'q' in vhost '%v': ${rest}`;

const channelRefusals: readonly Row[] = [
  ['checking a missing exchange', (c) => c.checkExchange('nope'), 404, noExchange],
  ['checking a missing queue', (c) => c.checkQueue('nope'), 404, noQueue],
  ['consuming from a missing queue', (c) => c.consume('nope', () => {}), 404, noQueue],
  ['getting from a missing queue', (c) => c.get('nope'), 404, noQueue],
  ['purging a missing queue', (c) => c.purgeQueue('nope'), 404, noQueue],
  ['binding a missing queue', (c) => c.bindQueue('nope', 'amq.direct', 'k'), 404, noQueue],
  ['binding to a missing exchange', onQueue((c) => c.bindQueue('q', 'nope', 'k')), 404, noExchange],
  ['binding a missing exchange', (c) => c.bindExchange('nope', 'amq.direct', 'k'), 404, noExchange],
  ['binding an exchange to a missing one', (c) => c.bindExchange('amq.direct', 'nope', 'k'), 404, noExchange],
  ['publishing to a missing exchange', (c) => c.publish('nope', 'k', body), 404, noExchange],
  [
    'getting from the reply-to pseudo queue',
    (c) => c.get('amq.rabbitmq.reply-to'),
    404,
    "NOT_FOUND - no queue 'amq.rabbitmq.reply-to' in vhost '%v'",
  ],

  ['binding to the default exchange', onQueue((c) => c.bindQueue('q', '', 'k')), 403, notDefault],
  ['unbinding from the default exchange', onQueue((c) => c.unbindQueue('q', '', 'k')), 403, notDefault],
  ['unbinding an exchange from the default one', (c) => c.unbindExchange('nope', '', 'k'), 403, notDefault],
  ['declaring the default exchange', (c) => c.assertExchange('', 'direct'), 403, notDefault],
  ['checking the default exchange', (c) => c.checkExchange(''), 403, notDefault],
  ['deleting the default exchange', (c) => c.deleteExchange(''), 403, notDefault],
  [
    'declaring an exchange named amq.',
    (c) => c.assertExchange('amq.mine', 'direct'),
    403,
    "ACCESS_REFUSED - exchange name 'amq.mine' contains reserved prefix 'amq.*'",
  ],
  [
    'deleting a predeclared exchange',
    (c) => c.deleteExchange('amq.direct'),
    403,
    "ACCESS_REFUSED - deletion of system exchange 'amq.direct' in vhost '%v' not allowed",
  ],
  [
    'declaring a queue named amq.',
    (c) => c.assertQueue('amq.mine'),
    403,
    "ACCESS_REFUSED - queue name 'amq.mine' contains reserved prefix 'amq.*'",
  ],
  [
    'publishing to an internal exchange',
    async (c) => {
      await c.assertExchange('e', 'direct', { internal: true });
      c.publish('e', 'k', body);
    },
    403,
    "ACCESS_REFUSED - cannot publish to internal exchange 'e' in vhost '%v'",
  ],
  [
    'consuming beside an exclusive consumer',
    onQueue(async (c) => {
      await c.consume('q', () => {}, { exclusive: true });
      await c.consume('q', () => {});
    }),
    403,
    "ACCESS_REFUSED - queue 'q' in vhost '%v' in exclusive use",
  ],
  [
    'consuming exclusively beside another consumer',
    onQueue(async (c) => {
      await c.consume('q', () => {});
      await c.consume('q', () => {}, { exclusive: true });
    }),
    403,
    "ACCESS_REFUSED - queue 'q' in vhost '%v' in exclusive use",
  ],

  ["declaring another's exclusive queue", whileLocked((c) => c.assertQueue('q', { exclusive: true })), 405, locked],
  ["checking another's exclusive queue", whileLocked((c) => c.checkQueue('q')), 405, locked],
  ["consuming from another's exclusive queue", whileLocked((c) => c.consume('q', () => {})), 405, locked],
  ["getting from another's exclusive queue", whileLocked((c) => c.get('q')), 405, locked],
  ["binding another's exclusive queue", whileLocked((c) => c.bindQueue('q', 'amq.direct', 'k')), 405, locked],
  ["purging another's exclusive queue", whileLocked((c) => c.purgeQueue('q')), 405, locked],
  ["deleting another's exclusive queue", whileLocked((c) => c.deleteQueue('q')), 405, locked],
  ['declaring an own exclusive queue as a shared one', twice({ exclusive: true }, { exclusive: false }), 405, locked],

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

  [
    'deleting a bound exchange if unused',
    onQueue(async (c) => {
      await c.assertExchange('e', 'direct');
      await c.bindQueue('q', 'e', 'k');
      await c.deleteExchange('e', { ifUnused: true });
    }),
    406,
    "PRECONDITION_FAILED - exchange 'e' in vhost '%v' in use",
  ],
  [
    'deleting a consumed queue if unused',
    onQueue(async (c) => {
      await c.consume('q', () => {});
      await c.deleteQueue('q', { ifUnused: true });
    }),
    406,
    "PRECONDITION_FAILED - queue 'q' in vhost '%v' in use",
  ],
  [
    'deleting a filled queue if empty',
    onQueue(async (c) => {
      c.sendToQueue('q', body);
      await c.deleteQueue('q', { ifEmpty: true });
    }),
    406,
    "PRECONDITION_FAILED - queue 'q' in vhost '%v' not empty",
  ],
  [
    'acknowledging what was not delivered',
    (c) => c.ack(delivery(77)),
    406,
    'PRECONDITION_FAILED - unknown delivery tag 77',
  ],
  ['acknowledging tag 0', (c) => c.ack(delivery(0)), 406, 'PRECONDITION_FAILED - unknown delivery tag 0'],
  [
    'acknowledging up to what was not delivered',
    (c) => c.ack(delivery(77), true),
    406,
    'PRECONDITION_FAILED - unknown delivery tag 77',
  ],
  [
    'a nack of what was not delivered',
    (c) => c.nack(delivery(77)),
    406,
    'PRECONDITION_FAILED - unknown delivery tag 77',
  ],
  [
    'a reject of what was not delivered',
    (c) => c.reject(delivery(77)),
    406,
    'PRECONDITION_FAILED - unknown delivery tag 77',
  ],
  [
    'an expiration that is no number',
    (c) => c.publish('amq.direct', 'k', body, { expiration: 'abc' }),
    406,
    "PRECONDITION_FAILED - invalid expiration 'abc': no_integer",
  ],
  [
    'an expiration below nothing',
    (c) => c.publish('amq.direct', 'k', body, { expiration: '-5' }),
    406,
    "PRECONDITION_FAILED - invalid expiration '-5': {value_negative,-5}",
  ],
  [
    "another's user_id",
    (c) => c.publish('amq.direct', 'k', body, { userId: 'mallory' }),
    406,
    "PRECONDITION_FAILED - user_id property set to 'mallory' but authenticated user was 'guest'",
  ],
  [
    'CC that is no list',
    (c) => c.publish('amq.direct', 'k', body, { headers: { CC: 'a' } }),
    406,
    'PRECONDITION_FAILED - invalid message: {unacceptable_type_in_header,"CC",longstr}',
  ],
  [
    'a direct reply asked for without a consumer',
    (c) => c.publish('', 'k', body, { replyTo: 'amq.rabbitmq.reply-to' }),
    406,
    'PRECONDITION_FAILED - fast reply consumer does not exist',
  ],
  [
    'a direct reply consumer that acknowledges',
    (c) => c.consume('amq.rabbitmq.reply-to', () => {}),
    406,
    'PRECONDITION_FAILED - reply consumer cannot acknowledge',
  ],
  [
    'a second direct reply consumer',
    async (c) => {
      await c.consume('amq.rabbitmq.reply-to', () => {}, { noAck: true });
      await c.consume('amq.rabbitmq.reply-to', () => {}, { noAck: true });
    },
    406,
    'PRECONDITION_FAILED - reply consumer already set',
  ],
  [
    'a header binding with a wrong x-match',
    onQueue((c) => c.bindQueue('q', 'amq.headers', '', { 'x-match': 'odd' })),
    406,
    'PRECONDITION_FAILED - Invalid x-match field value <<"odd">>; expected all, any, all-with-x, or any-with-x',
  ],
  [
    'a header binding with a number as x-match',
    onQueue((c) => c.bindQueue('q', 'amq.headers', '', { 'x-match': 5 })),
    406,
    'PRECONDITION_FAILED - Invalid x-match field type byte (value 5); expected longstr',
  ],
];

/** amqplib wants the whole message, but sends only its tag. */
function delivery(deliveryTag: number) {
  const fields = { deliveryTag, redelivered: false, exchange: '', routingKey: '', consumerTag: '' };
  return { fields, properties: {} as never, content: Buffer.alloc(0) };
}

async function refusalOf(broker: BrokerUnderTest, wrong: Wrong): Promise<unknown> {
  await using scene = await sceneOn(broker);
  const answer = (async () => wrong(scene.channel, scene.bus.url))();
  // The refusal is what counts; amqplib tells it to the asker too, where there is one.
  answer.catch(() => {});
  const { scope, code, text } = await scene.client.refused;
  await answer.catch(() => {});
  return { scope, code, text: text.replaceAll(scene.bus.vhost, '%v') };
}

describe.each(await brokersUnderTest())('$name refuses on the channel', (broker) => {
  test.for(channelRefusals)('%s', async ([, wrong, code, text]) => {
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

  test('and the connection lives on', async () => {
    await using scene = await sceneOn(broker);
    await expect(scene.channel.checkQueue('nope')).rejects.toThrow('404');
    const other = await scene.client.channel();
    await expect(other.assertQueue('q')).resolves.toMatchObject({ queue: 'q' });
  });
});

describe.each(await brokersUnderTest())('$name ends the connection for', (broker) => {
  test('a consumer tag used twice', async () => {
    const twiceSame: Wrong = async (channel) => {
      await channel.assertQueue('q');
      await channel.consume('q', () => {}, { consumerTag: 't' });
      await channel.consume('q', () => {}, { consumerTag: 't' });
    };
    const text = "NOT_ALLOWED - attempt to reuse consumer tag 't'";
    expect(await refusalOf(broker, twiceSame)).toEqual({ scope: 'connection', code: 530, text });
  });
});

describe.each(await brokersUnderTest())('$name does not mind', (broker) => {
  const harmless: readonly (readonly [string, (channel: Channel) => Promise<unknown>])[] = [
    ['deleting a missing queue', (c) => c.deleteQueue('nope')],
    ['deleting a missing exchange', (c) => c.deleteExchange('nope')],
    ['undoing a missing binding', async (c) => c.unbindQueue((await c.assertQueue('q')).queue, 'amq.direct', 'k')],
    ['unbinding a missing queue', (c) => c.unbindQueue('nope', 'amq.direct', 'k')],
    ['unbinding from a missing exchange', async (c) => c.unbindQueue((await c.assertQueue('q')).queue, 'nope', 'k')],
    ['cancelling a missing consumer', (c) => c.cancel('nope')],
    ['acknowledging everything when there is nothing', async (c) => c.ackAll()],
    ['declaring a predeclared exchange as it is', (c) => c.assertExchange('amq.direct', 'direct')],
    ['checking an exchange whatever its flags', (c) => c.checkExchange('amq.topic')],
    [
      'another value of an argument it does not know',
      async (c) => {
        await c.assertQueue('q', args({ 'x-odd': 'a' }));
        await c.assertQueue('q', args({ 'x-odd': 'b' }));
      },
    ],
    [
      'the type classic for a queue without a type',
      async (c) => {
        await c.assertQueue('q', args({}));
        await c.assertQueue('q', args({ 'x-queue-type': 'classic' }));
      },
    ],
    [
      'a quorum queue with a message TTL',
      (c) => c.assertQueue('q', { arguments: { 'x-queue-type': 'quorum', 'x-message-ttl': 1000 } }),
    ],
    ['checking the reply-to pseudo queue', (c) => c.checkQueue('amq.rabbitmq.reply-to')],
  ];

  test.for(harmless)('%s', async ([, use]) => {
    await using scene = await sceneOn(broker);
    await use(scene.channel);
    await expect(scene.channel.checkExchange('amq.direct')).resolves.toBeDefined();
  });
});
