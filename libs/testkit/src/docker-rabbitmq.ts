import { ManagementApi } from './management-api.ts';
import { quietSchedulers, type RabbitmqStart, type RunningRabbitmq } from './rabbitmq.ts';

const image = 'rabbitmq:4-management';
const amqpPort = 5672;
const managementPort = 15_672;

/** Starts a RabbitMQ container through testcontainers, whose own variables hold. @throws when no Docker engine answers */
export async function startDockerRabbitmq({ config = [] }: RabbitmqStart = {}): Promise<RunningRabbitmq> {
  // Loaded only here: the package is large, and most runs have no use for it.
  const { GenericContainer, Wait } = await import('testcontainers');
  const container = await new GenericContainer(image)
    .withExposedPorts(amqpPort, managementPort)
    .withEnvironment({ RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: quietSchedulers })
    .withCopyContentToContainer([{ content: `${config.join('\n')}\n`, target: '/etc/rabbitmq/conf.d/90-testkit.conf' }])
    .withWaitStrategy(Wait.forHttp('/', managementPort))
    .withStartupTimeout(90_000)
    .start();
  try {
    const host = container.getHost();
    const managementUrl = `http://guest:guest@${host}:${container.getMappedPort(managementPort)}`;
    const version = await new ManagementApi(managementUrl).version();
    return {
      address: {
        kind: 'docker',
        version,
        url: `amqp://guest:guest@${host}:${container.getMappedPort(amqpPort)}`,
        managementUrl,
      },
      async [Symbol.asyncDispose]() {
        await container.stop({ timeout: 0 });
      },
    };
  } catch (error) {
    await container.stop({ timeout: 0 });
    throw error;
  }
}
