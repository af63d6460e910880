import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './free-ports.ts';
import type { RabbitmqStart, RunningRabbitmq } from './rabbitmq.ts';
import { managementUrlOf, startNode, startPortMapper } from './rabbitmq-node.ts';

/**
 * Starts the machine's own rabbitmq-server as a node apart: free ports on 127.0.0.1, and data, cookie, plugins and port mapper of its own in
 * a folder that goes with it.
 *
 * @throws when there is none, or when it does not come up; then with the end of its output
 */
export async function startLocalRabbitmq({ config = [] }: RabbitmqStart = {}): Promise<RunningRabbitmq> {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'novasim-rabbitmq-'));
  opened.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

  const [amqpPort = 0, managementPort = 0, distributionPort = 0, epmdPort = 0] = await freePorts(4);
  const name = `novasim-${amqpPort}@localhost`;
  const plan = { name, folder, home: folder, epmdPort, amqpPort, managementPort, distributionPort, config };
  opened.defer(startPortMapper(folder, epmdPort).stop);
  const { version, group } = await startNode(plan);
  opened.defer(group.stop);

  const url = `amqp://guest:guest@127.0.0.1:${amqpPort}`;
  const address = { kind: 'local', version, url, managementUrl: managementUrlOf(plan) } as const;
  const all = opened.move();
  return { address, [Symbol.asyncDispose]: () => all.disposeAsync() };
}
