import { createLogger, joinBus, type LabDesk, openLabDesk } from '@novasim/service';
import {
  type BrokerUnderTest,
  type Bus,
  type Firehose,
  freshBus,
  freshDatabase,
  tapFirehose,
  until,
} from '@novasim/testkit';
import { type Cloud, type CloudMode, startCloud } from '../src/cloud.ts';
import { DemoClient } from './demo-client.ts';

/** Short enough for a test: what is lost is found within two seconds. */
const ENV = {
  PATH: process.env['PATH'],
  NOVASIM_LAB: '1',
  COMPUTE_HOSTS: 'h1,h2',
  COMPUTE_SPAWN_MS: '20',
  LOG_LEVEL: 'warn',
  LOG_FORMAT: 'json',
  RPC_RESPONSE_TIMEOUT_MS: '5000',
  BUILD_TIMEOUT_MS: '2000',
  BUILD_RENEW_MS: '500',
  BUILD_CHECK_MS: '100',
  HOST: 'box',
};

/** A whole cloud in the lab, whoever looks after it, and a person who boots. */
export interface LabCloud extends AsyncDisposable {
  readonly bus: Bus;
  readonly firehose: Firehose;
  readonly cloud: Cloud;
  readonly desk: LabDesk;
  readonly client: DemoClient;
}

export async function startLabCloud(
  broker: BrokerUnderTest | undefined,
  { mode, env = {} }: { readonly mode: CloudMode; readonly env?: NodeJS.ProcessEnv },
): Promise<LabCloud> {
  await using opened = new AsyncDisposableStack();
  const bus = opened.use(await freshBus(broker));
  const database = opened.use(await freshDatabase('sqlite'));
  const firehose = opened.use(await tapFirehose(bus));
  const cloud = opened.use(
    await startCloud({ mode, transportUrl: bus.url, databaseUrl: database.url, env: { ...ENV, ...env } }),
  );
  const log = createLogger({ service: 'desk', host: 'desk', level: 'silent', format: 'json' });
  const config = { transportUrl: bus.url, rpcResponseTimeoutMs: 5_000 };
  const transport = opened.use(await joinBus('desk', { config, log, signal: new AbortController().signal }));
  const desk = opened.use(await openLabDesk(transport, { name: 'desk', log }));
  await until(() => desk.services.length === 6, { what: 'five services and the launcher are in the lab' });
  const client = new DemoClient(cloud.api.url);
  const closing = opened.move();
  return { bus, firehose, cloud, desk, client, [Symbol.asyncDispose]: () => closing.disposeAsync() };
}
