import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Cloud, startCloud } from '@novasim/all-in-one';
import { startBroker } from '@novasim/broker';
import { readConfig as readObserverConfig, startObserver } from '@novasim/observer';
import { createLogger, joinBus, type LabDesk, openLabDesk } from '@novasim/service';
import type { Flow } from '@novasim/trace';
import { Person } from './person.ts';

/** What a lesson is played on: a cloud of its own in the lab, somebody who looks, and a person who asks. */
export interface LessonCloud extends AsyncDisposable {
  readonly cloud: Cloud;
  readonly desk: LabDesk;
  readonly person: Person;
  /** Where the pictures are. */
  readonly observerUrl: string;
  /** A request as it travelled, once `isWhole` says so; default: nothing of it is on its way any more. */
  flow(requestId: string, isWhole?: (flow: Flow) => boolean): Promise<Flow>;
}

export interface LessonCloudOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** 0: any free one. */
  readonly apiPort: number;
  readonly observerPort: number;
}

/** Short times, so that what takes a minute in a cloud takes seconds in a lesson. */
const ENV = {
  NOVASIM_LAB: '1',
  COMPUTE_HOSTS: 'compute1,compute2',
  HOST: 'lab',
  LOG_LEVEL: 'silent',
  RPC_RESPONSE_TIMEOUT_MS: '5000',
  BUILD_TIMEOUT_MS: '6000',
  BUILD_RENEW_MS: '1000',
  BUILD_CHECK_MS: '250',
};
const SERVICES = 6;
const WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 50;

/** Brings up broker, cloud, observer and desk. Nothing of it is kept. */
export async function startLessonCloud({ env = {}, apiPort, observerPort }: LessonCloudOptions): Promise<LessonCloud> {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'novasim-lab-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const broker = opened.adopt(await startBroker({ port: 0, managementPort: 0 }), (its) => its.close());
  const log = createLogger({ service: 'lab', host: 'lab', level: 'silent', format: 'json' });
  const { signal } = new AbortController();

  const config = readObserverConfig({
    TRANSPORT_URL: broker.url('/'),
    MANAGEMENT_URL: broker.managementUrl ?? '',
    OBSERVER_PORT: String(observerPort),
  });
  const observer = opened.use(await startObserver({ config, log, signal }));
  const { url: observerUrl } = observer.info as { readonly url: string }; // see startObserver
  await until(async () => (await fetch(`${observerUrl}/healthz`)).ok, 'the observer listens');

  const cloud = opened.use(
    await startCloud({
      transportUrl: broker.url('/'),
      databaseUrl: `sqlite:${join(folder, 'lab.db')}`,
      apiPort,
      env: { PATH: process.env['PATH'], ...ENV, ...env },
    }),
  );
  const transport = opened.use(await joinBus('lab', { config, log, signal }));
  const desk = opened.use(await openLabDesk(transport, { name: 'lab', log, signal }));
  await until(async () => desk.services.length === SERVICES, 'every service is in the lab');
  const closing = opened.move();
  return {
    cloud,
    desk,
    person: new Person(cloud.api.url),
    observerUrl,
    flow: (requestId, isWhole = ({ outcome }) => outcome !== 'open') =>
      until(async () => {
        const response = await fetch(`${observerUrl}/api/flows/${requestId}`);
        if (!response.ok) return undefined;
        const flow = (await response.json()) as Flow;
        return isWhole(flow) ? flow : undefined;
      }, `the flow of ${requestId} is whole`),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

async function until<T>(look: () => Promise<T | undefined | false>, what: string): Promise<T> {
  for (const deadline = performance.now() + WITHIN_MS; ; await pause(LOOK_EVERY_MS)) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${WITHIN_MS} ms`);
  }
}
