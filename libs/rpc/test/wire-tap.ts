import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer, connect as dial, type Socket } from 'node:net';

/** A method of AMQP that a peer sent, named and with its fields as the recordings have them. */
export interface SentMethod {
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Stands between peers and a broker and writes down what the peers send. */
export interface WireTap extends AsyncDisposable {
  readonly url: string;
  /** In the order of sending; grows. */
  readonly sent: readonly SentMethod[];
}

/** amqplib's own reading of methods, which its package does not export. */
interface Definitions {
  decode(id: number, fields: Buffer): Readonly<Record<string, unknown>>;
  info(id: number): { readonly name: string };
}
const require = createRequire(import.meta.url);
const definitions = require(require.resolve('amqplib').replace(/channel_api\.js$/, 'lib/defs.js')) as Definitions; // as above

/** Opens a tap before the broker at `url`. */
export async function tapWire(url: string): Promise<WireTap> {
  const target = new URL(url);
  const sent: SentMethod[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((peer) => {
    const broker = dial(Number(target.port || 5_672), target.hostname);
    for (const [socket, other] of [
      [peer, broker],
      [broker, peer],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => {}); // its end is the other's end
      socket.pipe(other);
    }
    peer.on('data', methodReader(sent));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = new URL(url);
  own.hostname = '127.0.0.1';
  own.port = String((server.address() as { port: number }).port); // listens on TCP
  return {
    url: own.href,
    sent,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

const protocolHeaderBytes = 8;
const frameHeaderBytes = 7;
const methodFrame = 1;

/** Reads the methods out of what one peer sends: header of the protocol, then frames (AMQP 0-9-1, 4.2.3). */
function methodReader(sent: SentMethod[]): (data: Buffer) => void {
  let bytes = Buffer.alloc(0);
  let skip = protocolHeaderBytes;
  return (data) => {
    bytes = Buffer.concat([bytes, data]);
    for (;;) {
      const end = skip + frameHeaderBytes;
      if (bytes.length < end) return;
      const size = bytes.readUInt32BE(skip + 3);
      if (bytes.length < end + size + 1) return;
      if (bytes[skip] === methodFrame) sent.push(readMethod(bytes.subarray(end, end + size)));
      bytes = bytes.subarray(end + size + 1);
      skip = 0;
    }
  };
}

function readMethod(payload: Buffer): SentMethod {
  const id = payload.readUInt32BE(0);
  const args = Object.entries(definitions.decode(id, payload.subarray(4))).map(([name, value]) => [snake(name), value]);
  const [className = '', ...words] = snake(definitions.info(id).name).split('_');
  return { method: `${className}.${words.join('-')}`, args: Object.fromEntries(args) };
}

/** `routingKey`, `QueueDeclare` as `routing_key`, `queue_declare`. */
function snake(name: string): string {
  return name.replaceAll(/(?<=.)[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
}
