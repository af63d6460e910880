import { startBroker } from '@novasim/broker';

/** `embedded` keeps nothing when it stops; `rabbitmq`, the machine's own, has a disk. */
export const LESSON_BROKERS = ['embedded', 'rabbitmq'] as const;
export type LessonBrokerKind = (typeof LESSON_BROKERS)[number];

/** The broker of a lesson's cloud. */
export interface LessonBroker extends AsyncDisposable {
  readonly kind: LessonBrokerKind;
  /** With user and password, as clients take it. */
  readonly url: string;
  /** The management API, with user and password. */
  readonly managementUrl: string;
  /** Stops it and starts it again, on the same ports. Resolves when it listens; its clients come back by themselves. */
  restart(): Promise<void>;
}

/** @throws when RabbitMQ is asked for and there is none, saying what to install */
export function startLessonBroker(kind: LessonBrokerKind): Promise<LessonBroker> {
  return kind === 'embedded' ? startEmbedded() : startRabbitmq();
}

async function startEmbedded(): Promise<LessonBroker> {
  let broker = await startBroker({ port: 0, managementPort: 0 });
  const { port, managementUrl = '' } = broker; // it is served: a port was given
  const ports = { port, managementPort: Number(new URL(managementUrl).port) };
  return {
    kind: 'embedded',
    url: broker.url('/'),
    managementUrl,
    async restart() {
      await broker.close();
      broker = await startBroker(ports);
    },
    [Symbol.asyncDispose]: () => broker.close(),
  };
}

async function startRabbitmq(): Promise<LessonBroker> {
  const { startLocalRabbitmq } = await import('@novasim/testkit'); // most lessons do without
  const broker = await startLocalRabbitmq().catch((cause: unknown) => {
    throw new Error('RabbitMQ of this machine does not start; is it installed? apt-get install rabbitmq-server', {
      cause,
    });
  });
  return {
    kind: 'rabbitmq',
    url: `${broker.address.url}/`,
    managementUrl: broker.address.managementUrl,
    restart: () => broker.restart(),
    [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose](),
  };
}
