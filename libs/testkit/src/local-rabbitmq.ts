import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KeyPair } from './certificates.ts';
import { freePorts } from './free-ports.ts';
import type { RabbitmqStart, RunningRabbitmq } from './rabbitmq.ts';
import { managementUrlOf, startNode, startPortMapper } from './rabbitmq-node.ts';

/** How the machine's own RabbitMQ is to be started. */
export interface LocalRabbitmqStart extends RabbitmqStart {
  /** Listens with TLS too, and asks every client for a certificate of that authority. */
  readonly tls?: { readonly caFile: string; readonly server: KeyPair };
  /** Plugins beside the management. */
  readonly plugins?: readonly string[];
}

/** The machine's own RabbitMQ, as a node apart. */
export interface LocalRabbitmq extends RunningRabbitmq {
  /** Where it listens with TLS, if it was asked to. */
  readonly tlsPort: number;
  /** Stops it and starts it again, with its data and on the same ports. */
  restart(): Promise<void>;
}

/**
 * Starts the machine's own rabbitmq-server as a node apart: free ports on 127.0.0.1, and data, cookie, plugins and port mapper of its own in
 * a folder that goes with it.
 *
 * @throws when there is none, or when it does not come up; then with the end of its output
 */
export async function startLocalRabbitmq(start: LocalRabbitmqStart = {}): Promise<LocalRabbitmq> {
  const { config = [], plugins = [], tls } = start;
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'novasim-rabbitmq-'));
  opened.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

  const [amqpPort = 0, managementPort = 0, distributionPort = 0, epmdPort = 0, tlsPort = 0] = await freePorts(5);
  const plan = {
    name: `novasim-${amqpPort}@localhost`,
    folder,
    home: folder,
    epmdPort,
    amqpPort,
    managementPort,
    distributionPort,
    config: [...config, ...(tls === undefined ? [] : tlsConfig(tls, tlsPort))],
    plugins,
  };
  opened.defer(startPortMapper(folder, epmdPort).stop);
  const first = await startNode(plan);
  let { group } = first;
  opened.defer(() => group.stop());

  const url = `amqp://guest:guest@127.0.0.1:${amqpPort}`;
  const address = { kind: 'local', version: first.version, url, managementUrl: managementUrlOf(plan) } as const;
  const all = opened.move();
  return {
    address,
    tlsPort,
    async restart() {
      await group.stop();
      ({ group } = await startNode(plan));
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

function tlsConfig({ caFile, server }: NonNullable<LocalRabbitmqStart['tls']>, port: number): string[] {
  return [
    `listeners.ssl.1 = 127.0.0.1:${port}`,
    `ssl_options.cacertfile = ${caFile}`,
    `ssl_options.certfile = ${server.certFile}`,
    `ssl_options.keyfile = ${server.keyFile}`,
    'ssl_options.verify = verify_peer',
    'ssl_options.fail_if_no_peer_cert = true',
  ];
}
