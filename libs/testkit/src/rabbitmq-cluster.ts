import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './free-ports.ts';
import { ManagementApi, segment } from './management-api.ts';
import { managementUrlOf, type NodePlan, type StartedNode, startNode, startPortMapper } from './rabbitmq-node.ts';
import { until } from './until.ts';

/** Three nodes of the machine's own rabbitmq-server that are one cluster. Disposing of it stops them and deletes their data. */
export interface RabbitmqCluster extends AsyncDisposable {
  readonly version: string;
  readonly nodes: readonly ClusterNode[];
  /** `rabbit://user:password@host:port,…/vhost`, naming every node. */
  url(vhost: string): string;
  /** Makes a virtual host on all nodes, which must run, and returns its name. */
  addVirtualHost(): Promise<string>;
  /** The node that leads a quorum queue, as the living nodes have it; waits for an election that is under way. */
  leaderOf(vhost: string, queue: string): Promise<ClusterNode>;
  /** Resolves when every node has its copy of a quorum queue again. */
  whole(vhost: string, queue: string): Promise<void>;
}

/** A node of the cluster. */
export interface ClusterNode {
  readonly name: string;
  /** `amqp://user:password@host:port`, no path. */
  readonly url: string;
  readonly managementUrl: string;
  readonly isRunning: boolean;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** Starts it again with its data; resolves when it is back in the cluster. */
  start(): Promise<void>;
}

const size = 3;
const electsWithinMs = 30_000;
const healsWithinMs = 60_000;

/**
 * Starts three nodes on free ports of 127.0.0.1, with a cookie, data and port mapper of their own.
 * @throws when the machine has no rabbitmq-server, or a node does not come up; then with the end of its output
 */
export async function startRabbitmqCluster({
  config = [],
}: {
  readonly config?: readonly string[];
} = {}): Promise<RabbitmqCluster> {
  await using opened = new AsyncDisposableStack();
  const home = await mkdtemp(join(tmpdir(), 'novasim-cluster-'));
  opened.defer(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
  await writeFile(join(home, '.erlang.cookie'), randomBytes(16).toString('hex'), { mode: 0o400 });
  const [epmdPort = 0, ...ports] = await freePorts(1 + 3 * size);
  opened.defer(startPortMapper(home, epmdPort).stop);

  const names = Array.from({ length: size }, (_, index) => `novasim-${epmdPort}-${index + 1}@localhost`);
  const discovery = [
    'cluster_formation.peer_discovery_backend = classic_config',
    ...names.map((name, index) => `cluster_formation.classic_config.nodes.${index + 1} = ${name}`),
  ];
  const nodes = names.map((name, index) => {
    const [amqpPort = 0, managementPort = 0, distributionPort = 0] = ports.slice(3 * index);
    const folder = join(home, `node-${index + 1}`);
    const more = [...discovery, ...config];
    return new LocalNode({ name, folder, home, epmdPort, amqpPort, managementPort, distributionPort, config: more });
  });
  for (const node of nodes) opened.defer(() => node.stop());
  const [first, ...others] = nodes;
  if (first === undefined) throw new Error('a cluster has nodes');
  await first.start(); // alone, so that the others find somebody to join
  await Promise.all(others.map((node) => node.start()));
  await allRunning(nodes, healsWithinMs);
  const all = opened.move();

  const api = (): ManagementApi => {
    const living = nodes.find(({ isRunning }) => isRunning);
    if (living === undefined) throw new Error('no node of the cluster runs');
    return new ManagementApi(living.managementUrl);
  };
  const queueAt = async (vhost: string, queue: string): Promise<QuorumQueue> =>
    (await api().ask('GET', `/queues/${segment(vhost)}/${segment(queue)}`)) as QuorumQueue; // RabbitMQ's management API
  return {
    version: first.version,
    nodes,
    url: (vhost) => `rabbit://${nodes.map(({ url }) => url.replace('amqp://', '')).join(',')}/${segment(vhost)}`,
    async addVirtualHost() {
      const vhost = `test-${randomBytes(6).toString('hex')}`;
      const path = `/vhosts/${segment(vhost)}`;
      await api().ask('PUT', path);
      await until(
        async () => {
          const { cluster_state } = (await api().ask('GET', path)) as VirtualHost; // RabbitMQ's management API
          const states = Object.values(cluster_state ?? {});
          return states.length === size && states.every((state) => state === 'running');
        },
        { withinMs: electsWithinMs, everyMs: 50, what: `virtual host ${vhost} on all ${size} nodes` },
      );
      return vhost;
    },
    leaderOf: (vhost, queue) =>
      until(
        async () => {
          const { leader } = await queueAt(vhost, queue);
          return nodes.find(({ name, isRunning }) => isRunning && name === leader);
        },
        { withinMs: electsWithinMs, everyMs: 100, what: `a leader of queue ${queue}` },
      ),
    async whole(vhost, queue) {
      await until(async () => (await queueAt(vhost, queue)).online?.length === size, {
        withinMs: healsWithinMs,
        everyMs: 100,
        what: `queue ${queue} on all ${size} nodes`,
      });
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

interface VirtualHost {
  readonly cluster_state?: Readonly<Record<string, string>>;
}

interface QuorumQueue {
  readonly leader?: string;
  readonly online?: readonly string[];
}

class LocalNode implements ClusterNode {
  readonly #plan: NodePlan;
  #started: StartedNode | undefined;
  #version = '';

  constructor(plan: NodePlan) {
    this.#plan = plan;
  }

  get name(): string {
    return this.#plan.name;
  }

  get url(): string {
    return `amqp://guest:guest@127.0.0.1:${this.#plan.amqpPort}`;
  }

  get managementUrl(): string {
    return managementUrlOf(this.#plan);
  }

  get version(): string {
    return this.#version;
  }

  get isRunning(): boolean {
    return this.#started !== undefined;
  }

  async start(): Promise<void> {
    const started = await startNode(this.#plan);
    this.#version = started.version;
    this.#started = started;
  }

  async kill(): Promise<void> {
    const started = this.#started;
    this.#started = undefined;
    await started?.group.kill();
  }

  async stop(): Promise<void> {
    const started = this.#started;
    this.#started = undefined;
    await started?.group.stop();
  }
}

/** Every node says of every node that it runs. */
async function allRunning(nodes: readonly ClusterNode[], withinMs: number): Promise<void> {
  for (const { managementUrl, name } of nodes) {
    await until(
      async () => {
        const seen = await new ManagementApi(managementUrl).list('/nodes');
        return seen.filter(({ running }) => running === true).length === nodes.length;
      },
      { withinMs, everyMs: 100, what: `${name} to see all ${nodes.length} nodes` },
    );
  }
}
