import { ManagementApi } from './management-api.ts';
import type { RunningRabbitmq } from './rabbitmq.ts';

const managementPort = 15_672;

/**
 * The RabbitMQ that `TRANSPORT_URL` names. Tests make virtual hosts of their own on it, so its management API must answer: at
 * `NOVASIM_MANAGEMENT_URL`, else on port 15672 of the same host with the same user.
 *
 * @throws when the variable is missing or nobody answers
 */
export async function findRabbitmqByUrl(env: NodeJS.ProcessEnv): Promise<RunningRabbitmq> {
  const transportUrl = env['TRANSPORT_URL'];
  if (transportUrl === undefined || transportUrl === '') throw new Error('TRANSPORT_URL is not set');
  // The scheme `rabbit` is unknown to URL, which would then not split the host as it does for http.
  const { username, password, hostname, port } = new URL(transportUrl.replace(/^\w+:/, 'http:').replace(/,[^/]*/, ''));
  const credentials = `${username || 'guest'}:${password || 'guest'}`;
  const managementUrl = env['NOVASIM_MANAGEMENT_URL'] ?? `http://${credentials}@${hostname}:${managementPort}`;
  const version = await new ManagementApi(managementUrl).version(AbortSignal.timeout(5000));
  return {
    address: { kind: 'url', version, url: `amqp://${credentials}@${hostname}:${port || '5672'}`, managementUrl },
    async [Symbol.asyncDispose]() {
      // Not ours to stop.
    },
  };
}
