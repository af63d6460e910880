import { access, constants, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { ManagementApi } from './management-api.ts';
import { type ProcessGroup, startGroup } from './process-group.ts';
import { quietSchedulers } from './rabbitmq.ts';
import { until } from './until.ts';

/** Debian's wrapper on the path insists on a system user; the script behind it does not. */
const scriptFolders = ['/usr/lib/rabbitmq/bin', '/opt/rabbitmq/sbin', '/usr/local/sbin', '/opt/homebrew/sbin'];
const startsWithinMs = 90_000;

/** Where a node of the machine's own rabbitmq-server lives and listens. */
export interface NodePlan {
  /** `novasim-1@localhost`. */
  readonly name: string;
  /** Its configuration, data, log and plugins go here; kept from one start to the next. */
  readonly folder: string;
  /** Holds the Erlang cookie, which nodes of a cluster share. */
  readonly home: string;
  /** Of the port mapper, which must be running. */
  readonly epmdPort: number;
  readonly amqpPort: number;
  readonly managementPort: number;
  readonly distributionPort: number;
  /** Further lines of rabbitmq.conf. */
  readonly config?: readonly string[];
  /** Further plugins. */
  readonly plugins?: readonly string[];
}

/** A node that answers. */
export interface StartedNode {
  readonly version: string;
  readonly group: ProcessGroup;
}

/** Whether this machine has a rabbitmq-server that {@link startNode} can start. */
export async function hasLocalRabbitmq(): Promise<boolean> {
  return (await findScript()) !== undefined;
}

/** Starts a node and waits until its management API answers. @throws with the end of its output when it does not */
export async function startNode(plan: NodePlan): Promise<StartedNode> {
  const script = await findScript();
  if (script === undefined) throw new Error('no rabbitmq-server on this machine');
  const { folder, config = [], plugins = [] } = plan;
  await mkdir(folder, { recursive: true });
  const lines = [
    `listeners.tcp.1 = 127.0.0.1:${plan.amqpPort}`,
    'management.tcp.ip = 127.0.0.1',
    `management.tcp.port = ${plan.managementPort}`,
    ...config,
  ];
  await writeFile(join(folder, 'rabbitmq.conf'), `${lines.join('\n')}\n`);
  await writeFile(join(folder, 'plugins'), `[${['rabbitmq_management', ...plugins].join(',')}].\n`);
  await writeFile(join(folder, 'env.conf'), '');
  const group = startGroup(script, [], environment(plan));
  try {
    const api = new ManagementApi(managementUrlOf(plan));
    const version = await until(
      async () => {
        if (group.ending !== undefined) return 'ended';
        // It answers while it boots; a virtual host that is made in that moment never comes to be on a node of a cluster.
        return group.output().includes('completed with') && (await api.version(AbortSignal.timeout(2_000)));
      },
      {
        withinMs: startsWithinMs,
        everyMs: 100,
        what: `${plan.name} to have started and to answer on its management port`,
      },
    );
    if (version === 'ended') throw new Error(`${script} ended with ${group.ending}: ${group.output()}`);
    return { version, group };
  } catch (error) {
    await group.kill();
    throw error;
  }
}

/** Starts a port mapper. By us and not by Erlang, which would leave it behind as a daemon. */
export function startPortMapper(home: string, epmdPort: number): ProcessGroup {
  return startGroup('epmd', ['-port', String(epmdPort), '-address', '127.0.0.1'], { ...process.env, HOME: home });
}

/** `http://guest:guest@127.0.0.1:port` of a node's management API. */
export function managementUrlOf({ managementPort }: NodePlan): string {
  return `http://guest:guest@127.0.0.1:${managementPort}`;
}

function environment({ name, folder, home, epmdPort, distributionPort }: NodePlan): NodeJS.ProcessEnv {
  return {
    ...process.env,
    HOME: home,
    ERL_EPMD_PORT: String(epmdPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: name,
    RABBITMQ_DIST_PORT: String(distributionPort),
    RABBITMQ_MNESIA_BASE: join(folder, 'data'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(folder, 'advanced.config'),
    RABBITMQ_CONF_ENV_FILE: join(folder, 'env.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
    RABBITMQ_PID_FILE: join(folder, 'pid'),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: `${quietSchedulers} -kernel inet_dist_use_interface {127,0,0,1}`,
  };
}

async function findScript(): Promise<string | undefined> {
  const folders = [...scriptFolders, ...(process.env['PATH'] ?? '').split(delimiter)];
  for (const folder of folders) {
    const script = join(folder, 'rabbitmq-server');
    try {
      await access(script, constants.X_OK);
      return script;
    } catch {
      // Not here: the next folder.
    }
  }
  return undefined;
}
