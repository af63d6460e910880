import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cloud, startCloud } from '@novasim/all-in-one';
import { readConfig as readObserverConfig, startObserver } from '@novasim/observer';
import { type HeldMessage, LAB_TOPIC } from '@novasim/rpcapi';
import { createLogger, joinBus, type LabDesk, openLabDesk } from '@novasim/service';
import type { Flow, FlowSummary } from '@novasim/trace';
import { type LessonBroker, type LessonBrokerKind, startLessonBroker } from './lesson-broker.ts';
import { Person } from './person.ts';
import { type Doubled, startSecond } from './second-process.ts';
import { until } from './until.ts';
import { isOver } from './whole-flow.ts';

/** What a lesson is played on: a cloud of its own in the lab, somebody who looks, and a person who asks. */
export interface LessonCloud extends AsyncDisposable {
  readonly cloud: Cloud;
  readonly desk: LabDesk;
  readonly person: Person;
  readonly broker: LessonBroker;
  /** Where the pictures are. */
  readonly observerUrl: string;
  /** A request as it travelled, once `isWhole` says so; default: {@link isOver}. */
  flow(requestId: string, isWhole?: (flow: Flow) => boolean): Promise<Flow>;
  /** The requests that a search of the study pages finds, newest first. */
  search(words: string): Promise<readonly FlowSummary[]>;
  /** A message of that method that a rule holds, once it does. */
  held(method: string): Promise<HeldMessage>;
  /** The queues of the bus, as the observer has them. */
  queues(): Promise<readonly QueueSeen[]>;
  /** One more process of a service, under a host name of its own; resolves when it serves, and ends with the cloud. */
  addProcess(service: Doubled, host: string): Promise<void>;
}

export interface QueueSeen {
  readonly name: string;
  /** Connections that consume it. */
  readonly consumers: number;
}

/** How the cloud of a lesson differs from any other. */
export interface CloudSettings {
  /** Variables of the cloud's services that the lesson needs. */
  readonly env?: Readonly<Record<string, string>>;
  /** Options of oslo.messaging that the lesson needs: they go into the services' transport URL. */
  readonly transportOptions?: Readonly<Record<string, string>>;
}

export interface LessonCloudOptions {
  readonly lesson: CloudSettings;
  /** Default `embedded`. */
  readonly broker?: LessonBrokerKind;
  /** 0: any free one. */
  readonly apiPort: number;
  readonly observerPort: number;
}

/** Short times, so that what takes a minute in a cloud takes seconds in a lesson. */
const ENV = {
  NOVASIM_LAB: '1',
  COMPUTE_HOSTS: 'compute1,compute2',
  HOST: 'lab',
  RPC_RESPONSE_TIMEOUT_MS: '15000',
  BUILD_TIMEOUT_MS: '6000',
  BUILD_RENEW_MS: '1000',
  BUILD_CHECK_MS: '250',
};
/** RabbitMQ takes longer to come back than a build may be silent. */
const PATIENT = { BUILD_TIMEOUT_MS: '60000' };
const SERVICES = 6;

/** Brings up broker, cloud, observer and desk. Nothing of it is kept. */
export async function startLessonCloud({
  lesson,
  broker: kind = 'embedded',
  apiPort,
  observerPort,
}: LessonCloudOptions): Promise<LessonCloud> {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'novasim-lab-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const broker = opened.use(await startLessonBroker(kind));
  const log = createLogger({ service: 'lab', host: 'lab', level: 'silent', format: 'json' });
  const { signal } = new AbortController();

  const config = readObserverConfig({
    TRANSPORT_URL: broker.url,
    MANAGEMENT_URL: broker.managementUrl,
    OBSERVER_PORT: String(observerPort),
  });
  const observer = opened.use(await startObserver({ config, log, signal }));
  const { url: observerUrl } = observer.info as { readonly url: string }; // see startObserver
  await until(async () => (await fetch(`${observerUrl}/healthz`)).ok, 'the observer listens');

  const transportUrl = `${broker.url}?${new URLSearchParams(lesson.transportOptions)}`;
  const databaseUrl = `sqlite:${join(folder, 'lab.db')}`;
  const all = { PATH: process.env['PATH'], ...ENV, ...lesson.env, ...(kind === 'rabbitmq' && PATIENT) };
  const cloud = opened.use(await startCloud({ transportUrl, databaseUrl, apiPort, env: all }));
  const transport = opened.use(await joinBus('lab', { config, log, signal }));
  const desk = opened.use(await openLabDesk(transport, { name: 'lab', log, signal }));
  await until(() => desk.services.length === SERVICES, 'every service is in the lab');
  const queues = async () => {
    const response = await fetch(`${observerUrl}/api/topology`);
    return ((await response.json()) as { readonly queues: readonly QueueSeen[] }).queues;
  };
  await until(async () => {
    const served = (await queues()).filter(({ consumers }) => consumers > 0).map(({ name }) => name);
    return desk.services.every(({ name }) => served.includes(`${LAB_TOPIC}.${name}`));
  }, 'the observer knows every service');
  const ask = (path: string) => fetch(`${observerUrl}/api/flows${path}`);
  const more = opened.use(new AsyncDisposableStack());
  const closing = opened.move();
  return {
    cloud,
    desk,
    person: new Person(cloud.api.url),
    broker,
    observerUrl,
    flow: (requestId, isWhole = isOver) =>
      until(async () => {
        const response = await ask(`/${requestId}`);
        if (!response.ok) return undefined;
        const flow = (await response.json()) as Flow;
        return isWhole(flow) ? flow : undefined;
      }, `the flow of ${requestId} is whole`),
    search: async (words) => {
      const response = await ask(`?${new URLSearchParams({ q: words })}`);
      return ((await response.json()) as { readonly flows: readonly FlowSummary[] }).flows;
    },
    queues,
    held: (method) =>
      until(
        () => desk.services.flatMap(({ held }) => held).find((message) => message.method === method),
        `the lab holds ${method}`,
      ),
    addProcess: async (service, host) => {
      const itself = { HOST: host, COMPUTE_HOSTS: host };
      const second = { ...all, ...itself, TRANSPORT_URL: transportUrl, DATABASE_URL: databaseUrl };
      more.use(startSecond(service, second));
      await until(() => desk.services.some(({ name }) => name === `${service}.${host}`), `${service}.${host} serves`);
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}
