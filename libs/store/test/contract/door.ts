import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A way to a server that can stop to forward without a word, as a network that lost its route does. */
export class Door implements AsyncDisposable {
  /** The server's URL, but through this door. */
  readonly url: string;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;
  #isOpen = true;

  private constructor(url: string, server: Server, sockets: Set<Socket>) {
    this.url = url;
    this.#server = server;
    this.#sockets = sockets;
  }

  static async before(url: string): Promise<Door> {
    const real = new URL(url);
    const sockets = new Set<Socket>();
    const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('a listening socket without a port');
    const through = new URL(url);
    through.hostname = '127.0.0.1';
    through.port = String(address.port);
    const door = new Door(through.href, server, sockets);
    server.on('connection', (client) => {
      const inner = connect({ port: Number(real.port || 5432), host: real.hostname, allowHalfOpen: true });
      for (const [from, to] of [
        [client, inner],
        [inner, client],
      ] as const) {
        sockets.add(from);
        from.on('data', (data) => door.#isOpen && to.write(data));
        from.on('end', () => door.#isOpen && to.end());
        from.on('error', () => to.destroy());
        from.on('close', () => sockets.delete(from));
      }
    });
    return door;
  }

  /** Connections stay and can be made, but what is said gets lost. */
  hush(): void {
    this.#isOpen = false;
  }

  /** What is said from now on arrives; a connection that has lost something is of no more use. */
  listen(): void {
    this.#isOpen = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
