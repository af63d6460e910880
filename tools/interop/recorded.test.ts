import {
  type ConnectOptions,
  connect,
  type Notification,
  Notifier,
  type PrepareOverrides,
  type RequestContext,
  RpcClient,
  remoteFailureOf,
  serve,
  serveNotifications,
  type Transport,
} from '@novasim/rpc';
import {
  type Bus,
  brokersUnderTest,
  type FirehoseRecord,
  freshBus,
  publishRaw,
  tapFirehose,
  until,
} from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import { peerEndpoints } from '../rpc-cli/peer-endpoints.ts';
import { comparable, contextIn, messageIn, recorded, recordedNames } from './recorded.ts';

const requests = recordedNames.filter((name) => /^ca(ll|st)/.test(name) && !name.includes('-reply'));
const notifications = recordedNames.filter((name) => name.startsWith('notify-'));
const constructed = ['constructed-reply-two-part-1', 'constructed-reply-two-part-2'];
const repliesTo = (name: string): readonly string[] => recordedNames.filter((each) => each.startsWith(`${name}-reply`));
const calls = requests.filter((name) => name.startsWith('call'));

type Methods = Record<string, (context: RequestContext, args: object) => unknown>;

test('every recorded message is a request, a reply to one, a notification, or made by hand', () => {
  expect([...requests, ...requests.flatMap(repliesTo), ...notifications, ...constructed].sort()).toEqual(recordedNames);
  expect(calls.filter((name) => repliesTo(name).length === 0)).toEqual([]);
});

describe.each(await brokersUnderTest())('on $name', (broker) => {
  test.for(requests)('%s: our client sends it, our server answers as recorded', { timeout: 30_000 }, async (name) => {
    await using bus = await freshBus(broker);
    await using server = await connect(bus.url, options);
    await serve(server, { topic: 'compute', server: 'host1' }, peerEndpoints('host1', undefined, '1.5'), {
      rpcPing: true,
    });
    await using client = await connect(bus.url, optionsFor(name));
    await using tap = await tapFirehose(bus);
    await send(client, name).catch(ignoreFailure);

    const { exchange, routing_key } = recorded(name);
    const is = (record: FirehoseRecord) => record.exchange === exchange && record.routing_key === routing_key;
    const [sent] = await tap.seen((record) => record.kind === 'publish' && is(record));
    expectSame(sent, name);
    const replies = repliesTo(name);
    if (replies.length === 0) return;
    const answers = await tap.seen(
      ({ kind, routing_key }) => kind === 'publish' && /^reply_/.test(routing_key),
      replies.length,
    );
    for (const [index, reply] of replies.entries()) expectSame(answers[index], reply);
  });

  test.for([...calls, 'two parts'])('%s: our client takes the recorded reply', { timeout: 30_000 }, async (name) => {
    await using bus = await freshBus(broker);
    await using server = await connect(bus.url, options);
    const [request, replies] = name === 'two parts' ? ['call', constructed] : [name, repliesTo(name)];
    // Declares the queues; what comes to them is answered from the recordings instead.
    await (await serve(server, { topic: 'compute', server: 'host1' }, [])).close();
    await using client = await connect(bus.url, optionsFor(request));
    await using tap = await tapFirehose(bus);
    const answered = send(client, request).catch((error: unknown) => remoteFailureOf(error) ?? error);
    const [sent] = await tap.seen(({ kind, routing_key }) => kind === 'publish' && routing_key.startsWith('compute'));
    await answerWith(bus, sent, replies);

    const last = messageIn(recorded(replies.at(-1) ?? '')).message;
    if (name === 'two parts') expect(await answered).toBe(42);
    else if (last['failure'] === null) expect(await answered).toEqual(last['result']);
    else {
      const { tb, ...failure } = JSON.parse(String(last['failure']));
      expect(await answered).toEqual({ ...failure, traceback: tb });
    }
  });

  test.for(notifications)('%s: our notifier sends it, and our listener takes the recorded one', async (name) => {
    await using bus = await freshBus(broker);
    await using transport = await connect(bus.url, options);
    const { message } = messageIn(recorded(name));
    const priority = name.includes('error') ? 'error' : 'info';
    const driver = name.endsWith('v1') ? 'messaging' : 'messagingv2';
    const notifier = new Notifier(transport, { publisherId: String(message['publisher_id']), drivers: [driver] });
    await using tap = await tapFirehose(bus);
    await notifier[priority](contextIn(message), String(message['event_type']), message['payload']);
    const [sent] = await tap.seen(({ kind }) => kind === 'publish');
    expectSame(sent, name);

    const heard: [RequestContext, Notification][] = [];
    const hear = (...what: [RequestContext, Notification]) => void heard.push(what);
    await using _listener = await serveNotifications(transport, [{ topic: 'notifications' }], [{ [priority]: hear }]);
    const { exchange, routing_key: routingKey, body, headers } = recorded(name);
    await publishRaw(bus, [{ exchange, routingKey, body, headers }]);
    await until(() => heard.length === 2, { what: 'our notification and the recorded one' });
    expect(heard[1]).toEqual([
      contextIn(message),
      expect.objectContaining({
        priority,
        publisherId: message['publisher_id'],
        eventType: message['event_type'],
        payload: message['payload'],
        messageId: message['message_id'],
        timestamp: message['timestamp'],
      }),
    ]);
  });
});

const options: ConnectOptions = { controlExchange: 'nova', allowedRemoteModules: [] };

function optionsFor(name: string): ConnectOptions {
  return name === 'call-gzip' ? { ...options, options: { kombu_compression: 'gzip' } } : options;
}

/** Makes the recorded request with our client. */
function send(transport: Transport, name: string): Promise<unknown> {
  const { exchange, routing_key, mandatory, properties } = recorded(name);
  const { message } = messageIn(recorded(name));
  const { method, args, namespace, version, _timeout: monitor } = message;
  const [topic = '', server] = (exchange.endsWith('_fanout') ? 'compute' : routing_key).split('.');
  const settings = {
    server,
    namespace: namespace as string | undefined,
    version: version as string | undefined,
    fanout: exchange.endsWith('_fanout') ? true : undefined,
    atLeastOnce: mandatory ? true : undefined,
    timeoutMs: properties['expiration'] === undefined ? undefined : Number(properties['expiration']),
    callMonitorTimeoutMs: typeof monitor === 'number' ? monitor * 1_000 : undefined,
  };
  const client = new RpcClient<Methods>(transport, { topic }).prepare(settings as PrepareOverrides); // undefined changes nothing
  const how = '_msg_id' in message ? 'call' : 'cast';
  return client[how](contextIn(message), String(method), args as object);
}

/** A method that fails is an answer like another here. */
function ignoreFailure(error: unknown): void {
  if (remoteFailureOf(error) === undefined) throw error;
}

/** Answers a request with recorded replies. */
async function answerWith(bus: Bus, request: FirehoseRecord | undefined, replies: readonly string[]): Promise<void> {
  if (request === undefined) throw new Error('no request');
  const { _msg_id: id, _reply_q: queue } = messageIn(request).message;
  const messages = replies.map((reply) => {
    const { body, headers } = recorded(reply);
    const recordedId = String(messageIn({ body, headers }).message['_msg_id']);
    return {
      exchange: '',
      routingKey: String(queue),
      body: body.toString().replaceAll(recordedId, String(id)),
      headers,
    };
  });
  await publishRaw(bus, messages);
}

function expectSame(sent: FirehoseRecord | undefined, name: string): void {
  const wanted = recorded(name);
  if (sent === undefined) throw new Error(`no ${name}`);
  expect([sent.exchange, sent.headers, sent.properties]).toEqual([wanted.exchange, wanted.headers, wanted.properties]);
  expect(messageIn(sent).envelope).toEqual(messageIn(wanted).envelope);
  expect(comparable(messageIn(sent).message)).toEqual(comparable(messageIn(wanted).message));
}
