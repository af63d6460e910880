import { brokersUnderTest } from '@novasim/testkit';
import type { Channel } from 'amqplib';
import { describe, expect, test } from 'vitest';
import { type Client, clientOn, sceneOn } from './clients.ts';
import { args, onQueue, type Row, refusalOf, twice, type Wrong } from './wrong.ts';

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

const noQueue = "NOT_FOUND - no queue 'nope' in vhost '%v'";
const noExchange = "NOT_FOUND - no exchange 'nope' in vhost '%v'";
const notDefault = 'ACCESS_REFUSED - operation not permitted on the default exchange';
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

describe.each(await brokersUnderTest())('$name refuses on the channel', (broker) => {
  test.for(channelRefusals)('%s', async ([, wrong, code, text]) => {
    expect(await refusalOf(broker, wrong)).toEqual({ scope: 'channel', code, text });
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
