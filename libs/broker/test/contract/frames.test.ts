import { type BrokerUnderTest, brokersUnderTest, freshBus } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import { ByteWriter } from '../../src/codec/byte-writer.ts';
import { methods } from '../../src/codec/methods.ts';
import { clientOn } from './clients.ts';
import {
  contentHeader,
  frame,
  type HandshakeOptions,
  methodFrame,
  open,
  protocolHeader,
  publishMethod,
  RawClient,
  rawClient,
  startOk,
} from './raw-client.ts';

type Row = readonly [name: string, bytes: readonly Buffer[], code: number, text: string, method: string];

const qos = (size: number) => new ByteWriter().u32(size).u16(1).u8(0).done();
const emptyArgs = (names: readonly string[]) => {
  const writer = new ByteWriter().u16(0);
  for (const name of names) writer.shortText(name);
  return writer;
};
const noHeader = 'UNEXPECTED_FRAME - expected content header for class 60, got non content header frame instead';
const noBody = 'UNEXPECTED_FRAME - expected content body, got non content body frame instead';
const running = 'CHANNEL_ERROR - unexpected method in connection state running';
const publish = publishMethod('amq.direct', 'k');

const wrongFrames: readonly Row[] = [
  [
    'a frame without its end',
    [frame(1, 1, Buffer.concat([new ByteWriter().u32(methods.basicQos).done(), qos(0)]), 0)],
    501,
    'FRAME_ERROR - type 1, all octets = <<0,60,0,10,0,0,0,0,0,1,0>>: {invalid_frame_end_marker,0}',
    'none',
  ],
  [
    'a frame larger than agreed',
    [new ByteWriter().u8(3).u16(1).u32(200_000).done()],
    501,
    'FRAME_ERROR - type 3, all octets = <<>>: {frame_too_large,200000,131064}',
    'none',
  ],
  [
    'a frame of no known type',
    [frame(7, 1, Buffer.from('abc'))],
    501,
    'FRAME_ERROR - type 7, all octets = <<"abc">>: unknown_frame',
    'none',
  ],
  [
    'a method frame without a method',
    [frame(1, 1, Buffer.of(0, 60))],
    501,
    'FRAME_ERROR - type 1, all octets = <<0,60>>: unknown_frame',
    'none',
  ],
  [
    'a header where a method must be',
    [contentHeader(5)],
    505,
    'UNEXPECTED_FRAME - expected method frame, got non method frame instead',
    'none',
  ],
  [
    'a body where a method must be',
    [frame(3, 1, Buffer.from('x'))],
    505,
    'UNEXPECTED_FRAME - expected method frame, got non method frame instead',
    'none',
  ],
  ['a method where a header must be', [publish, publish], 505, noHeader, 'basic.publish'],
  ['a body where a header must be', [publish, frame(3, 1, Buffer.from('x'))], 505, noHeader, 'basic.publish'],
  ['a header where a body must be', [publish, contentHeader(5), contentHeader(5)], 505, noBody, 'basic.publish'],
  ['a method where a body must be', [publish, contentHeader(5), publish], 505, noBody, 'basic.publish'],
  [
    'a header of another class',
    [publish, contentHeader(5, 61)],
    505,
    'UNEXPECTED_FRAME - expected content header for class 60, got one for class 61 instead',
    'basic.publish',
  ],
  [
    'immediate',
    [publishMethod('amq.direct', 'k', 2), contentHeader(0)],
    540,
    'NOT_IMPLEMENTED - immediate=true',
    'basic.publish',
  ],
  [
    'a prefetch size',
    [methodFrame(1, methods.basicQos, qos(10))],
    540,
    'NOT_IMPLEMENTED - prefetch_size!=0 (10)',
    'basic.qos',
  ],
  [
    'stopping the flow',
    [methodFrame(1, methods.channelFlow, Buffer.of(0))],
    540,
    'NOT_IMPLEMENTED - active=false',
    'channel.flow',
  ],
  [
    'recovering without requeueing',
    [methodFrame(1, methods.basicRecover, Buffer.of(0))],
    540,
    'NOT_IMPLEMENTED - requeue=false',
    'basic.recover',
  ],
  [
    'a channel that is not open',
    [methodFrame(5, methods.basicQos, qos(0))],
    504,
    "CHANNEL_ERROR - expected 'channel.open'",
    'basic.qos',
  ],
  [
    'a channel opened twice',
    [methodFrame(1, methods.channelOpen, Buffer.of(0))],
    504,
    "CHANNEL_ERROR - second 'channel.open' seen",
    'channel.open',
  ],
  [
    'closing a channel that is not open',
    [methodFrame(5, methods.channelCloseOk)],
    504,
    "CHANNEL_ERROR - expected 'channel.open'",
    'channel.close_ok',
  ],
  ['a channel method on channel 0', [methodFrame(0, methods.basicQos, qos(0))], 504, running, 'basic.qos'],
  ['opening the connection twice', [open('/')], 504, running, 'connection.open'],
  ['shaking hands twice', [startOk()], 504, running, 'connection.start_ok'],
  [
    'a connection method on a channel',
    [methodFrame(1, methods.connectionOpenOk, Buffer.of(0))],
    503,
    'COMMAND_INVALID - unimplemented method',
    'connection.open_ok',
  ],
  [
    "a method of the broker's",
    [methodFrame(1, methods.queueDeclareOk, new ByteWriter().shortText('q').u32(0).u32(0).done())],
    503,
    'COMMAND_INVALID - unimplemented method',
    'queue.declare_ok',
  ],
];

/** Where RabbitMQ drops the socket without a word, or with words about its own insides. */
const garbled: readonly (readonly [string, readonly Buffer[]])[] = [
  ['arguments that end too early', [methodFrame(1, methods.queueDeclare, Buffer.of(0, 0, 200))]],
  [
    'a table with a field of no known type',
    [methodFrame(1, methods.queueDeclare, emptyArgs(['q']).u8(0).u32(4).raw(Buffer.from('\x01aZ\0')).done())],
  ],
  ['a method that there is not', [methodFrame(1, 0x003c_00ff)]],
  ['a class that there is not', [methodFrame(1, 0x00ff_000a)]],
  ['a content header that ends too early', [publish, frame(2, 1, Buffer.of(0, 60, 0, 0))]],
  [
    'properties that end too early',
    [publish, frame(2, 1, new ByteWriter().u16(60).u16(0).u64(0).u16(0x8000).u8(200).done())],
  ],
];

const badHandshakes: readonly (readonly [string, HandshakeOptions])[] = [
  ['frames smaller than the least', { frameMax: 1000 }],
  ['frames larger than offered', { frameMax: 9_999_999 }],
  ['frames without limit', { frameMax: 0 }],
  ['more channels than offered', { channelMax: 60_000 }],
];

async function livesOn(broker: BrokerUnderTest, url: string): Promise<void> {
  await using client = await clientOn(url);
  const channel = await client.channel();
  await expect(channel.checkExchange('amq.direct'), broker.name).resolves.toBeDefined();
}

describe.each(await brokersUnderTest())('$name ends the connection for', (broker) => {
  test.for(wrongFrames)('%s', async ([, bytes, code, text, method]) => {
    await using bus = await freshBus(broker);
    await using client = await rawClient(bus.url);
    client.send(...bytes);
    expect(await client.closeReason()).toEqual({ what: 'connection.close', code, text, method });
    await livesOn(broker, bus.url);
  });

  test.for(garbled)('%s, and only that one', async ([, bytes]) => {
    await using bus = await freshBus(broker);
    await using client = await rawClient(bus.url);
    client.send(...bytes);
    const { what } = await client.closeReason();
    expect(['connection.close', 'end']).toContain(what);
    await livesOn(broker, bus.url);
  });

  test.for(badHandshakes)('%s', async ([, options]) => {
    await using bus = await freshBus(broker);
    await expect(rawClient(bus.url, options)).rejects.toThrow(
      /expected connection.open_ok, got (connection.close|the end)/,
    );
  });

  test('one channel more than channel_max', async () => {
    await using bus = await freshBus(broker);
    await using client = await rawClient(bus.url, { channelMax: 1 });
    client.send(methodFrame(2, methods.channelOpen, Buffer.of(0)));
    expect(await client.closeReason()).toEqual({
      what: 'connection.close',
      code: 530,
      text: 'NOT_ALLOWED - number of channels opened (1) has reached the negotiated channel_max (1)',
      method: 'none',
    });
  });
});

describe.each(await brokersUnderTest())('$name answers', (broker) => {
  test('another protocol with a protocol header, and closes', async () => {
    await using bus = await freshBus(broker);
    await using client = new RawClient(bus.url, { isRaw: true });
    client.send(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    await client.ended();
    expect(client.rest.toString('latin1')).toMatch(/^AMQP.{4}$/s);
  });

  test('an older AMQP with the header of 0-9-1', async () => {
    await using bus = await freshBus(broker);
    await using client = new RawClient(bus.url, { isRaw: true });
    client.send(Buffer.from('AMQP\0\0\x09\0'));
    await client.ended();
    expect(client.rest).toEqual(protocolHeader);
  });

  test('a message in many small frames as one message', async () => {
    await using bus = await freshBus(broker);
    await using client = await rawClient(bus.url, { frameMax: 8192 });
    const declare = methodFrame(1, methods.queueDeclare, emptyArgs(['q']).u8(0).u32(0).done());
    client.send(declare);
    await client.expect('queue.declare_ok');
    const parts = Array.from({ length: 20 }, (_, index) => Buffer.alloc(1000, index));
    for (const bytes of [publishMethod('', 'q'), contentHeader(20_000), ...parts.map((part) => frame(3, 1, part))]) {
      for (const half of [bytes.subarray(0, 5), bytes.subarray(5)]) client.send(half);
    }
    client.send(methodFrame(1, methods.basicGet, emptyArgs(['q']).u8(1).done()));
    await client.expect('basic.get_ok');
    expect((await client.next())?.type).toBe(2);
    const bodies = [await client.next(), await client.next(), await client.next()].map(
      (heard) => heard?.payload ?? Buffer.alloc(0),
    );
    expect(bodies.map(({ length }) => length)).toEqual([8184, 8184, 3632]);
    expect(Buffer.concat(bodies)).toEqual(Buffer.concat(parts));
  });

  test('nothing more on a channel that it closed, until the client agrees', async () => {
    await using bus = await freshBus(broker);
    await using client = await rawClient(bus.url);
    const check = methodFrame(1, methods.queueDeclare, emptyArgs(['nope']).u8(1).u32(0).done());
    client.send(check, check, methodFrame(1, methods.basicQos, qos(0)));
    expect(await client.closeReason()).toMatchObject({ what: 'channel.close', code: 404, method: 'queue.declare' });
    client.send(methodFrame(1, methods.channelCloseOk), methodFrame(1, methods.channelOpen, Buffer.of(0)));
    await client.expect('channel.open_ok');
  });
});
