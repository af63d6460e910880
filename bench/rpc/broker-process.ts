import { type RabbitmqAddress, until } from '../../libs/testkit/src/index.ts';

/** The broker's operating-system process, when it is on this machine and its processor time can be read. */
export async function brokerPid({ kind, managementUrl }: RabbitmqAddress): Promise<number | undefined> {
  if (kind !== 'local') return undefined;
  const { protocol, host, username, password } = new URL(managementUrl);
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  // The statistics of a node come some seconds after the node itself.
  return until(
    async () => {
      const response = await fetch(`${protocol}//${host}/api/nodes`, { headers: { authorization } });
      const [node] = (await response.json()) as { os_pid?: string }[]; // RabbitMQ's management API
      return node?.os_pid !== undefined && Number(node.os_pid);
    },
    { withinMs: 30_000, everyMs: 250, what: 'the process id of RabbitMQ' },
  );
}
