import { connect, type RequestContext, serve } from '@novasim/rpc';

/** What a greeter answers. */
export class Greeter {
  hello(context: RequestContext, { name }: { name: string }): string {
    return `hello ${name}, says ${String(context['user'])}`;
  }
}

const transport = await connect(process.env['TRANSPORT_URL'] ?? 'rabbit://guest:guest@localhost:5672/');
await serve(transport, { topic: 'greeter', server: 'host-1' }, [new Greeter()]);
console.log('ready');
process.once('SIGTERM', () => void transport.close()); // finishes what runs, answers it, and leaves
