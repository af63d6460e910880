import { once } from 'node:events';
import { createServer } from 'node:net';

/** Ports of 127.0.0.1 that nobody had a moment ago. */
export async function freePorts(count: number): Promise<readonly number[]> {
  await using opened = new AsyncDisposableStack();
  const ports: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const server = createServer().listen(0, '127.0.0.1');
    opened.defer(() => new Promise<void>((resolve) => server.close(() => resolve())));
    await once(server, 'listening');
    const address = server.address();
    if (typeof address === 'object' && address !== null) ports.push(address.port);
  }
  return ports;
}
