import { once } from 'node:events';
import { createServer, connect as dial, type Server, type Socket } from 'node:net';

/** Stands between a client and a broker, to be cut and mended, or deaf on one side. */
export interface Proxy extends AsyncDisposable {
  readonly url: string;
  /** Ends what goes through it and takes nothing more. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  /** What the client sends arrives, what the broker answers does not, until it is mended. */
  muteBroker(): void;
}

/** Opens a proxy to the broker at `url`. */
export async function proxyTo(url: string): Promise<Proxy> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let server: Server;
  let port = 0;
  let isMuted = false;
  const listen = async (): Promise<void> => {
    isMuted = false;
    server = createServer((inner) => {
      const outer = dial(Number(target.port), target.hostname);
      for (const socket of [inner, outer]) {
        sockets.add(socket);
        socket.on('error', () => {}); // either side may be cut
        socket.on('close', () => sockets.delete(socket));
      }
      inner.pipe(outer);
      outer.on('data', (data) => {
        if (!isMuted) inner.write(data);
      });
      outer.on('end', () => inner.end());
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as { port: number }).port; // listens on TCP
  };
  const cut = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await listen();
  target.port = target.port || '5672';
  const own = new URL(url);
  own.hostname = '127.0.0.1';
  own.port = String(port);
  return {
    url: own.href,
    cut,
    mend: listen,
    muteBroker: () => {
      isMuted = true;
    },
    [Symbol.asyncDispose]: cut,
  };
}
