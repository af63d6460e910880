import { brokersUnderTest, freshBus } from '@novasim/testkit';
import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { type DataPoint, MeterProvider, type MetricData, MetricReader } from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import * as stable from '@opentelemetry/semantic-conventions';
import * as incubating from '@opentelemetry/semantic-conventions/incubating';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, type Interceptor, Notifier, type RequestContext, ValueError } from '../src/index.ts';
import { attr, metric } from '../src/telemetry/conventions.ts';
import { type Telemetry, telemetry } from '../src/telemetry/index.ts';
import { clientOn, deadlineMs, serveProbe } from './probe.ts';
import { hasPython, startPython } from './python-peer.ts';
import { rawPeerOn } from './raw-peer.ts';

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
});
afterAll(() => {
  context.disable();
  propagation.disable();
});

/** A meter's readings on demand. */
class Readings extends MetricReader {
  protected async onShutdown(): Promise<void> {}
  protected async onForceFlush(): Promise<void> {}

  async points(name: string): Promise<readonly DataPoint<unknown>[]> {
    const { resourceMetrics } = await this.collect();
    const all: MetricData[] = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics);
    return all
      .filter(({ descriptor }) => descriptor.name === name)
      .flatMap(({ dataPoints }) => dataPoints as DataPoint<unknown>[]);
  }
}

/** Telemetry that keeps what it makes. */
function recorded(url?: string): {
  watch: Telemetry;
  spans: () => ReadableSpan[];
  readings: Readings;
  tracing: TracerProvider;
} {
  const exporter = new InMemorySpanExporter();
  const tracing = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const readings = new Readings();
  const meterProvider = new MeterProvider({ readers: [readings] });
  const watch = telemetry({ tracerProvider: tracing, meterProvider, ...(url === undefined ? {} : { url }) });
  return { watch, spans: () => exporter.getFinishedSpans(), readings, tracing };
}

const told = (span: ReadableSpan | undefined) =>
  span && { name: span.name, kind: span.kind, attributes: span.attributes };

describe.each([...(await brokersUnderTest())])('on $name', (broker) => {
  test('a call is a client span and, in its trace, a server span below which the endpoint runs', async () => {
    await using bus = await freshBus(broker);
    const { watch, spans, readings, tracing } = recorded(bus.url);
    using _ = watch;
    const active: (string | undefined)[] = [];
    const probeEndpoints = () => [{ whoami: () => active.push(trace.getActiveSpan()?.spanContext().spanId) }];
    const connectOptions = { interceptors: [watch] };
    await using _server = await serveProbe(bus, { server: 's1', connectOptions, endpoints: probeEndpoints });
    await using on = await clientOn(bus, 'demo', connectOptions);

    const root = tracing.getTracer('test').startSpan('root');
    await context.with(trace.setSpan(context.active(), root), () =>
      on.client.prepare({ server: 's1' }).call({}, 'whoami', {}),
    );

    const client = spans().find(({ kind }) => kind === SpanKind.CLIENT);
    const server = spans().find(({ kind }) => kind === SpanKind.SERVER);
    const { hostname, port } = new URL(bus.url);
    const shared = {
      [stable.ATTR_RPC_SYSTEM_NAME]: 'oslo.messaging',
      [stable.ATTR_RPC_METHOD]: 'demo/whoami',
      [incubating.ATTR_MESSAGING_DESTINATION_NAME]: 'openstack:demo.s1',
      [incubating.ATTR_MESSAGING_MESSAGE_CONVERSATION_ID]: expect.stringMatching(/^[0-9a-f]{32}$/),
      [stable.ATTR_SERVER_ADDRESS]: hostname,
      [stable.ATTR_SERVER_PORT]: Number(port),
    };
    expect(told(client)).toEqual({ name: 'demo/whoami', kind: SpanKind.CLIENT, attributes: shared });
    expect(told(server)).toEqual({ name: 'demo/whoami', kind: SpanKind.SERVER, attributes: client?.attributes });
    expect(client?.parentSpanContext?.spanId).toBe(root.spanContext().spanId);
    expect(server?.parentSpanContext).toMatchObject({
      traceId: root.spanContext().traceId,
      spanId: client?.spanContext().spanId,
      isRemote: true,
    });
    expect(active).toEqual([server?.spanContext().spanId]);

    const rpcAttributes = {
      'rpc.system.name': 'oslo.messaging',
      'rpc.method': 'demo/whoami',
      'server.address': hostname,
      'server.port': Number(port),
    };
    for (const name of ['rpc.client.call.duration', 'rpc.server.call.duration']) {
      expect(await readings.points(name), name).toMatchObject([{ attributes: rpcAttributes, value: { count: 1 } }]);
    }
    const sent = {
      'messaging.operation.name': 'publish',
      'messaging.operation.type': 'send',
      'messaging.destination.template': 'openstack:demo.{server}',
    };
    // The answer may overtake the broker's confirm.
    await expect
      .poll(() => readings.points('messaging.client.sent.messages'), { timeout: deadlineMs })
      .toMatchObject([{ attributes: sent, value: 1 }]);
    expect(await readings.points('messaging.client.operation.duration')).toMatchObject([
      { attributes: sent, value: { count: 1 } },
    ]);
    expect(await readings.points('messaging.client.consumed.messages')).toMatchObject([
      { attributes: { 'messaging.operation.name': 'process' }, value: 1 },
    ]);
  });

  test('the trace is in the headers and nowhere else', async () => {
    await using bus = await freshBus(broker);
    const { watch, spans } = recorded();
    using _ = watch;
    await using on = await clientOn(bus, 'demo', { interceptors: [watch] });
    await using peer = await rawPeerOn(bus);
    await peer.channel.assertExchange('openstack', 'topic', { durable: false });
    const { queue } = await peer.channel.assertQueue('', { exclusive: true });
    await peer.channel.bindQueue(queue, 'openstack', 'demo');
    const { promise, resolve } = Promise.withResolvers<{ headers: unknown; body: string }>();
    await peer.channel.consume(queue, (message) => {
      if (message !== null) resolve({ headers: message.properties.headers, body: message.content.toString() });
    });

    await on.client.cast({ user: 'ada' }, 'record', { value: 1 });

    const [span] = spans();
    const { headers, body } = await promise;
    expect(headers).toEqual({ traceparent: `00-${span?.spanContext().traceId}-${span?.spanContext().spanId}-01` });
    expect(body).not.toContain(span?.spanContext().traceId);
    const message = JSON.parse(JSON.parse(body)['oslo.message']);
    expect(Object.keys(message).sort()).toEqual(['_context_user', '_unique_id', 'args', 'method']);
  });
});

test('a cast is a producer span and a consumer span for each server that hears it', async () => {
  await using bus = await freshBus();
  const { watch, spans, readings } = recorded();
  using _ = watch;
  const connectOptions = { interceptors: [watch] };
  await using a = await serveProbe(bus, { server: 'a', connectOptions });
  await using b = await serveProbe(bus, { server: 'b', connectOptions });
  await using on = await clientOn(bus, 'demo', connectOptions);

  await on.client.prepare({ fanout: true }).cast({}, 'record', { value: 1 });
  await Promise.all([a.probe.seen(1), b.probe.seen(1)]);
  await expect.poll(() => spans().length, { timeout: deadlineMs }).toBe(3);

  const producer = spans().find(({ kind }) => kind === SpanKind.PRODUCER);
  const consumers = spans().filter(({ kind }) => kind === SpanKind.CONSUMER);
  expect(told(producer)).toEqual({
    name: 'publish demo_fanout',
    kind: SpanKind.PRODUCER,
    attributes: {
      'messaging.system.name': 'rabbitmq',
      'messaging.destination.name': 'demo_fanout',
      'messaging.operation.name': 'publish',
      'messaging.operation.type': 'send',
      'messaging.message.id': expect.any(String),
      'rpc.system.name': 'oslo.messaging',
      'rpc.method': 'demo/record',
    },
  });
  expect(consumers.map(({ name, parentSpanContext }) => [name, parentSpanContext?.spanId])).toEqual([
    ['process demo_fanout', producer?.spanContext().spanId],
    ['process demo_fanout', producer?.spanContext().spanId],
  ]);
  expect(await readings.points('messaging.process.duration')).toMatchObject([{ value: { count: 2 } }]);
});

test('a cast to one server says its queue in the span, and that it is one of many in the metrics', async () => {
  await using bus = await freshBus();
  const { watch, spans, readings } = recorded();
  using _ = watch;
  await using on = await clientOn(bus, 'demo', { interceptors: [watch] });

  await on.client.prepare({ server: 's1', namespace: 'alt' }).cast({}, 'record', { value: 1 });

  expect(told(spans()[0])).toEqual({
    name: 'publish openstack:demo.{server}',
    kind: SpanKind.PRODUCER,
    attributes: {
      [incubating.ATTR_MESSAGING_SYSTEM_NAME]: incubating.MESSAGING_SYSTEM_NAME_VALUE_RABBITMQ,
      [incubating.ATTR_MESSAGING_OPERATION_NAME]: 'publish',
      [incubating.ATTR_MESSAGING_OPERATION_TYPE]: incubating.MESSAGING_OPERATION_TYPE_VALUE_SEND,
      [incubating.ATTR_MESSAGING_DESTINATION_NAME]: 'openstack:demo.s1',
      [incubating.ATTR_MESSAGING_DESTINATION_TEMPLATE]: 'openstack:demo.{server}',
      [incubating.ATTR_RABBITMQ_DESTINATION_ROUTING_KEY]: 'demo.s1',
      [incubating.ATTR_MESSAGING_MESSAGE_ID]: expect.stringMatching(/^[0-9a-f]{32}$/),
      [stable.ATTR_RPC_SYSTEM_NAME]: 'oslo.messaging',
      [stable.ATTR_RPC_METHOD]: 'demo.alt/record',
    },
  });
  const [point] = await readings.points(incubating.METRIC_MESSAGING_CLIENT_SENT_MESSAGES);
  expect(point?.attributes).not.toHaveProperty(incubating.ATTR_MESSAGING_DESTINATION_NAME);
});

test('a notification is a producer span named by where it goes', async () => {
  await using bus = await freshBus();
  const { watch, spans } = recorded();
  using _ = watch;
  await using transport = await connect(bus.url, { interceptors: [watch] });

  await new Notifier(transport, { publisherId: 'shop.host1' }).info({}, 'order.create.end', {});

  expect(spans().map(({ name, kind }) => [name, SpanKind[kind]])).toEqual([
    ['publish openstack:notifications.info', 'PRODUCER'],
  ]);
  expect(spans()[0]?.attributes).not.toHaveProperty(stable.ATTR_RPC_METHOD);
});

test('what an endpoint sends belongs to the trace that reached it', async () => {
  await using bus = await freshBus();
  const { watch, spans } = recorded();
  using _ = watch;
  const connectOptions = { interceptors: [watch] };
  await using back = await serveProbe(bus, { server: 'back', topic: 'back', connectOptions });
  await using toBack = await clientOn(bus, 'back', connectOptions);
  const forward = () => ({ whoami: (ctx: RequestContext) => toBack.client.call(ctx, 'whoami', {}) });
  await using _front = await serveProbe(bus, {
    server: 'front',
    topic: 'front',
    connectOptions,
    endpoints: () => [forward()],
  });
  await using toFront = await clientOn(bus, 'front', connectOptions);

  expect(await toFront.client.call({}, 'whoami', {})).toBe(back.probe.name);

  const byId = new Map(spans().map((span) => [span.spanContext().spanId, span]));
  const path: string[] = [];
  let at = spans().find(({ name, kind }) => name === 'back/whoami' && kind === SpanKind.SERVER);
  for (; at !== undefined; at = byId.get(at.parentSpanContext?.spanId ?? ''))
    path.unshift(`${SpanKind[at.kind]} ${at.name}`);
  expect(path).toEqual(['CLIENT front/whoami', 'SERVER front/whoami', 'CLIENT back/whoami', 'SERVER back/whoami']);
});

test('a failure ends both spans with the same class of error', async () => {
  await using bus = await freshBus();
  const { watch, spans, readings } = recorded();
  using _ = watch;
  const connectOptions = { interceptors: [watch] };
  await using _server = await serveProbe(bus, { server: 's1', connectOptions });
  await using on = await clientOn(bus, 'demo', connectOptions);

  await expect(on.client.call({}, 'fail', { message: 'no' })).rejects.toThrow(ValueError);

  expect(spans().map(({ kind, status, attributes }) => [SpanKind[kind], status, attributes['error.type']])).toEqual([
    ['SERVER', { code: SpanStatusCode.ERROR, message: 'no' }, 'ValueError'],
    ['CLIENT', { code: SpanStatusCode.ERROR, message: 'no' }, 'ValueError'],
  ]);
  expect(await readings.points('rpc.client.call.duration')).toMatchObject([
    { attributes: { 'error.type': 'ValueError' } },
  ]);
});

test('a call that nobody answers ends its span with MessagingTimeout', async () => {
  await using bus = await freshBus();
  const { watch, spans } = recorded();
  using _ = watch;
  await using on = await clientOn(bus, 'demo', { interceptors: [watch], responseTimeoutMs: 50 });

  await expect(on.client.call({}, 'whoami', {})).rejects.toThrow(/no reply/);

  expect(spans().map(({ attributes }) => attributes['error.type'])).toEqual(['MessagingTimeout']);
});

test('a call that cannot be sent ends its span with the reason', async () => {
  await using bus = await freshBus();
  const { watch, spans } = recorded();
  using _ = watch;
  const refusing: Interceptor = { publish: async () => Promise.reject(new RangeError('not today')) };
  await using on = await clientOn(bus, 'demo', { interceptors: [watch, refusing] });

  await expect(on.client.call({}, 'whoami', {})).rejects.toThrow('not today');

  expect(spans().map(({ status }) => status.message)).toEqual(['not today']);
});

test('after it is disposed of, a call’s span ends with the broker’s confirm', async () => {
  await using bus = await freshBus();
  const { watch, spans } = recorded();
  const held = await serveProbe(bus, { server: 's1' });
  await using _server = held;
  await using on = await clientOn(bus, 'demo', { interceptors: [watch] });
  const running = on.client.call({}, 'hold', { value: 1 });
  await held.probe.seen(1);
  expect(spans()).toEqual([]);

  watch[Symbol.dispose]();

  expect(spans()).toHaveLength(1);
  held.probe.release();
  await running;
  await on.client.call({}, 'whoami', {});
  await expect.poll(() => spans().length, { timeout: deadlineMs }).toBe(2);
});

test('headers that hold no trace, or rubbish, start a new one', async () => {
  await using bus = await freshBus();
  const { watch, spans } = recorded();
  using _ = watch;
  await using served = await serveProbe(bus, { server: 's1', connectOptions: { interceptors: [watch] } });
  await using peer = await rawPeerOn(bus);
  const values: unknown[] = [undefined, 7, 'not-a-trace', Buffer.from('00'), { nested: true }];
  for (const [id, traceparent] of values.entries()) {
    const headers = traceparent === undefined ? {} : { traceparent };
    peer.publish('openstack', 'demo', { method: 'record', args: { value: id }, _unique_id: `${id}` }, { headers });
  }
  await served.probe.seen(values.length);
  await expect.poll(() => spans().length, { timeout: deadlineMs }).toBe(values.length);
  expect(spans().map(({ parentSpanContext }) => parentSpanContext)).toEqual(values.map(() => undefined));
});

test('names are those of the published conventions, none of them deprecated', () => {
  const known = new Set(Object.values<unknown>(stable).concat(Object.values<unknown>(incubating)));
  const deprecated = [
    'messaging.system',
    'messaging.rabbitmq.destination.routing_key',
    'rpc.system',
    'rpc.service',
    'rpc.client.duration',
  ];
  for (const name of [...Object.values(attr), ...Object.values(metric)]) {
    expect(known).toContain(name);
    expect(deprecated).not.toContain(name);
  }
});

test('a server of Python’s takes a traced call', async ({ annotate }) => {
  if (!(await hasPython())) {
    await annotate('not available: /usr/bin/python3 has no oslo_messaging');
    return;
  }
  await using bus = await freshBus();
  const { watch, spans } = recorded();
  using _ = watch;
  const url = bus.url.replace(/^amqp:/, 'rabbit:');
  await using _server = await startPython('server.py', ['--url', url, '--topic', 'demo', '--server', 's1']);
  await using on = await clientOn(bus, 'demo', { interceptors: [watch] });

  expect(await on.client.call({}, 'echo', { value: 'hello' })).toBe('hello');
  expect(spans().map(({ name }) => name)).toEqual(['demo/echo']);
});
