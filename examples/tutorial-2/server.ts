import { connect, type RequestContext, serve } from '@novasim/rpc';

/** One of several servers of a topic: it knows its own name, and remembers what it heard. */
export class Member {
  readonly #name: string;
  readonly #heard = new Map<string, unknown[]>();

  constructor(name: string) {
    this.#name = name;
  }

  whoami(): string {
    return this.#name;
  }

  record(_context: RequestContext, { key, value }: { key: string; value: unknown }): void {
    console.log(`heard ${value}`);
    this.#heard.set(key, [...(this.#heard.get(key) ?? []), value]);
  }

  recorded(_context: RequestContext, { key }: { key: string }): unknown[] {
    return this.#heard.get(key) ?? [];
  }
}

const name = process.argv[2] ?? 'a';
const transport = await connect(process.env['TRANSPORT_URL'] ?? 'rabbit://guest:guest@localhost:5672/');
await serve(transport, { topic: 'tutorial-2', server: name }, [new Member(name)]);
console.log('ready');
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void transport.close());
