import { type AddressInfo, createServer } from 'node:net';

/** A port that was asked for cannot be had. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken';
  readonly code = 'PORT_TAKEN';
}

/**
 * Makes sure, before anything is started, that a port can be listened on; 0 always can.
 * @throws {PortTaken} naming the variable to change.
 */
export async function assertPortFree(port: number, host: string, variable: string): Promise<void> {
  const why = port === 0 ? undefined : await whyNot(port, host);
  if (why !== undefined) {
    throw new PortTaken(`${host}:${port} ${why}: set ${variable} to another port (0 takes any free one)`);
  }
}

/** The port if it can be had, else any free one: for what may move. */
export async function portNear(port: number, host: string): Promise<number> {
  if (port !== 0 && (await whyNot(port, host)) === undefined) return port;
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, host, resolve));
  const { port: free } = probe.address() as AddressInfo; // a TCP server that listens has one
  await new Promise((resolve) => probe.close(resolve));
  return free;
}

function whyNot(port: number, host: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve('is taken');
      else if (error.code === 'EACCES') resolve('is not allowed to this user');
      else reject(error);
    });
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(undefined)));
  });
}
