import { hasLocalRabbitmq, startRabbitmqCluster, until } from '@novasim/testkit';
import { connect } from 'amqplib';
import { expect, test } from 'vitest';
import { observe } from './observer-under-test.ts';

const isWanted = (process.env['NOVASIM_BROKERS'] ?? 'local').includes('local') && (await hasLocalRabbitmq());

test.runIf(isWanted)(
  'every node of a cluster is heard, and one that died is heard again',
  { timeout: 240_000 },
  async () => {
    await using cluster = await startRabbitmqCluster();
    const vhost = await cluster.addVirtualHost();
    const managementUrl = cluster.nodes.map((node) => node.managementUrl).join(',');
    await using observer = await observe({ url: cluster.url(vhost), managementUrl });
    const publish = async (node: number, requestId: string) => {
      const connection = await connect(`${cluster.nodes[node]?.url}/${encodeURIComponent(vhost)}`);
      const channel = await connection.createConfirmChannel();
      const message = { method: 'reboot_instance', args: {}, _context_request_id: requestId, _unique_id: requestId };
      channel.publish('amq.topic', 'compute.h1', Buffer.from(JSON.stringify(message)));
      await channel.waitForConfirms();
      await connection.close();
    };

    for (const node of [0, 1, 2]) await publish(node, `req-${node}`);
    for (const node of [0, 1, 2]) expect((await observer.flow(`req-${node}`)).hop_count).toBe(1);

    await cluster.nodes[2]?.kill();
    await cluster.nodes[2]?.start();
    await until(async () => (await observer.status()).gaps.length > 0, {
      withinMs: 60_000,
      what: 'the node to be switched on',
    });
    await publish(2, 'req-again');
    expect((await observer.flow('req-again')).hop_count).toBe(1);
  },
);
