import { connect, type RequestContext, serve } from '@novasim/rpc';

/** What this server answers. A method gets the request's context and its named arguments, which Python calls kwargs. */
export class Echo {
  /** Names that each method takes: a request with others is refused in Python's words before the method runs. */
  readonly signatures = { echo: ['value'] };

  echo(_context: RequestContext, { value }: { value: unknown }): unknown {
    return value;
  }

  /** Takes whatever names the caller gives. */
  args(_context: RequestContext, args: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    return args;
  }
}

const transport = await connect(process.env['TRANSPORT_URL'] ?? 'rabbit://guest:guest@localhost:5672/');
await serve(transport, { topic: 'tutorial-1', server: 'host-1' }, [new Echo()]);
console.log('ready');
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void transport.close());
