import { brokersUnderTest, freshBus } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import type { Interceptor } from '../src/index.ts';
import { clientOn, serveProbe } from './probe.ts';

describe.each([...(await brokersUnderTest())])('on $name', (broker) => {
  test.for([
    ['none', {}],
    ['a short text', { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }],
    ['several texts, one of them empty', { a: 'x', tracestate: 'vendor=1,other=2', empty: '' }],
    ['a text beyond ASCII', { city: 'Zürich' }],
    ['a long text', { long: 'x'.repeat(1_000) }],
    ['a number and a list', { count: 7, list: ['a', 'b'] }],
  ] as const)('headers arrive as they were sent: %s', async ([, headers]) => {
    await using bus = await freshBus(broker);
    const seen: unknown[] = [];
    const reading: Interceptor = {
      dispatch: (request, next) => {
        seen.push(request.headers);
        return next();
      },
    };
    const writing: Interceptor = {
      publish: (message, next) => {
        Object.assign(message.headers, headers);
        return next();
      },
    };
    await using _server = await serveProbe(bus, { server: 's1', connectOptions: { interceptors: [reading] } });
    await using on = await clientOn(bus, 'demo', { interceptors: [writing] });
    const large = 'y'.repeat(20_000);

    // Twice, because what a message has in common with the one before is kept.
    for (const value of ['small', 'other', large]) expect(await on.client.call({}, 'echo', { value })).toBe(value);

    expect(seen).toEqual([headers, headers, headers]);
  });

  test('messages to one place with different texts do not mix them up', async () => {
    await using bus = await freshBus(broker);
    const seen: unknown[] = [];
    const reading: Interceptor = {
      dispatch: (request, next) => {
        seen.push([request.headers['id'], request.args['value']]);
        return next();
      },
    };
    const writing: Interceptor = {
      publish: (message, next) => {
        const { value } = message.message['args'] as { value: string };
        message.headers['id'] = value;
        return next();
      },
    };
    await using _server = await serveProbe(bus, { server: 's1', connectOptions: { interceptors: [reading] } });
    await using on = await clientOn(bus, 'demo', { interceptors: [writing] });
    const values = Array.from({ length: 50 }, (_, index) => `v${index % 3}-${index}`);

    await Promise.all(values.map((value) => on.client.call({}, 'echo', { value })));

    expect(seen.sort()).toEqual(values.map((value) => [value, value]).sort());
  });
});
