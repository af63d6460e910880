import { brokersUnderTest, freshBus } from '@novasim/testkit';
import { connect } from 'amqplib';
import { describe, expect, test } from 'vitest';
import { ByteWriter } from '../../src/codec/byte-writer.ts';
import { plain, text } from '../../src/codec/field-table.ts';
import { methods } from '../../src/codec/methods.ts';
import { clientOn } from './clients.ts';
import { methodFrame, open, protocolHeader, RawClient, rawClient, startOk, tuneOk } from './raw-client.ts';

/** What a client says of itself in AMQPLAIN: a table without its length. */
function amqplain(login: string, password: string): Buffer {
  const fields = new Map([
    ['LOGIN', text(login)],
    ['PASSWORD', text(password)],
  ]);
  return new ByteWriter().table(fields).done().subarray(4);
}

const refused = (mechanism: string) =>
  `ACCESS_REFUSED - Login was refused using authentication mechanism ${mechanism}. For details see the broker logfile.`;

describe.each(await brokersUnderTest())('$name', (broker) => {
  test('offers PLAIN and AMQPLAIN and says what it can do', async () => {
    await using bus = await freshBus(broker);
    await using client = new RawClient(bus.url);
    client.send(protocolHeader);
    const start = await client.expect('connection.start');
    expect([start.u8(), start.u8()]).toEqual([0, 9]);
    const properties = plain(start.table());
    expect(properties['capabilities']).toEqual({
      publisher_confirms: true,
      exchange_exchange_bindings: true,
      'basic.nack': true,
      consumer_cancel_notify: true,
      'connection.blocked': true,
      consumer_priorities: true,
      authentication_failure_close: true,
      per_consumer_qos: true,
      direct_reply_to: true,
    });
    const mechanisms = start.longBytes().toString().split(' ');
    expect(mechanisms).toEqual(expect.arrayContaining(['PLAIN', 'AMQPLAIN']));
    expect(start.longBytes().toString()).toBe('en_US');
  });

  test('proposes 2047 channels, frames of 128 KiB and a heartbeat of a minute', async () => {
    await using bus = await freshBus(broker);
    await using client = new RawClient(bus.url);
    client.send(protocolHeader);
    await client.expect('connection.start');
    client.send(startOk());
    const tune = await client.expect('connection.tune');
    expect([tune.u16(), tune.u32(), tune.u16()]).toEqual([2047, 131_072, 60]);
  });

  test('lets AMQPLAIN in', async () => {
    await using bus = await freshBus(broker);
    await using client = await rawClient(bus.url, { mechanism: 'AMQPLAIN', response: amqplain('guest', 'guest') });
    client.send(methodFrame(1, methods.confirmSelect, Buffer.of(0)));
    await client.expect('confirm.select_ok');
  });

  test.for([
    ['PLAIN', Buffer.from('\0guest\0wrong')],
    ['PLAIN', Buffer.from('\0nobody\0guest')],
    ['AMQPLAIN', amqplain('guest', 'wrong')],
  ] as const)('refuses wrong credentials by %s with 403, for those who can hear it', async ([mechanism, response]) => {
    await using bus = await freshBus(broker);
    await using client = new RawClient(bus.url);
    client.send(protocolHeader);
    await client.expect('connection.start');
    client.send(startOk({ mechanism, response, capabilities: ['authentication_failure_close'] }));
    expect(await client.closeReason()).toMatchObject({ what: 'connection.close', code: 403, text: refused(mechanism) });
  });

  test.for([
    ['a wrong password', startOk({ response: Buffer.from('\0guest\0wrong') })],
    ['a mechanism that there is not', startOk({ mechanism: 'ODD', capabilities: ['authentication_failure_close'] })],
    ['a method out of turn', open('/')],
  ] as const)('closes without a word after %s', async ([, bytes]) => {
    await using bus = await freshBus(broker);
    await using client = new RawClient(bus.url);
    client.send(protocolHeader);
    await client.expect('connection.start');
    client.send(bytes);
    expect(await client.closeReason()).toMatchObject({ what: 'end' });
  });

  test('tells amqplib of a wrong password', async () => {
    await using bus = await freshBus(broker);
    await expect(connect(bus.url.replace('guest:guest', 'guest:wrong'))).rejects.toThrow('403 (ACCESS-REFUSED)');
  });

  test('keeps virtual hosts apart', async () => {
    await using one = await freshBus(broker);
    await using other = await freshBus(broker);
    await using client = await clientOn(one.url);
    await (await client.channel()).assertQueue('q');
    await using stranger = await clientOn(other.url);
    await expect((await stranger.channel()).checkQueue('q')).rejects.toThrow(`no queue 'q' in vhost '${other.vhost}'`);
  });

  test('closes a connection in order when the client asks for it', async () => {
    await using bus = await freshBus(broker);
    await using client = await rawClient(bus.url);
    const close = new ByteWriter().u16(200).shortText('bye').u16(0).u16(0).done();
    client.send(methodFrame(0, methods.connectionClose, close));
    await client.expect('connection.close_ok');
  });

  test('answers several methods that came at once', async () => {
    await using bus = await freshBus(broker);
    await using client = await rawClient(bus.url);
    const qos = methodFrame(1, methods.basicQos, new ByteWriter().u32(0).u16(1).u8(0).done());
    client.send(
      qos,
      methodFrame(1, methods.confirmSelect, Buffer.of(0)),
      methodFrame(2, methods.channelOpen, Buffer.of(0)),
    );
    const answers = [await client.next(), await client.next(), await client.next()].map((heard) => heard?.method);
    expect(new Set(answers)).toEqual(new Set(['basic.qos_ok', 'channel.open_ok', 'confirm.select_ok']));
  });

  test('sends heartbeats and ends a client that has stopped', async () => {
    await using bus = await freshBus(broker);
    await using client = new RawClient(bus.url);
    client.send(protocolHeader);
    await client.expect('connection.start');
    client.send(startOk());
    await client.expect('connection.tune');
    const started = performance.now();
    client.send(tuneOk({ heartbeat: 1 }), open(bus.vhost));
    await client.expect('connection.open_ok');
    await client.ended();
    expect(performance.now() - started).toBeGreaterThan(1500);
    expect(client.heartbeats).toBeGreaterThanOrEqual(1);
  });

  test('ends connections by an operator with 320', async () => {
    await using bus = await freshBus(broker);
    await using client = await clientOn(bus.url);
    expect(await bus.closeConnections()).toBe(1);
    expect(await client.refused).toEqual({
      scope: 'connection',
      code: 320,
      text: 'CONNECTION_FORCED - Closed via management plugin',
    });
  });
});
