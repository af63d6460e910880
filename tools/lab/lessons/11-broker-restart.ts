import { connect, RpcClient } from '@novasim/rpc';
import { CONTROL_EXCHANGE, requestContext } from '@novasim/service';
import type { Lesson } from '../lesson.ts';
import type { LessonCloud } from '../lesson-cloud.ts';
import { flowOf, hopsOf, type Scene } from '../scene.ts';
import { until } from '../until.ts';
import { isEverybodyNamed } from '../whole-flow.ts';

const KEPT = 'it is delivered when the host is back';
const GONE = 'it is gone with the queue';

const ANSWERED = 'it gets its answer';
const FAILED = 'it fails as soon as it is connected again';
const TIMED_OUT = 'it waits until its timeout';

const NONE = 'none: they come back by themselves';
const SOME = 'all that were connected to it';

/** The broker stops and starts: what survives, and who makes the queues again. */
export const brokerRestart: Lesson = {
  number: 11,
  slug: 'broker-restart',
  env: { BUILD_TIMEOUT_MS: '3000' }, // what is lost is found soon
  questions: [
    {
      ask: 'A cast waits for a host that is down, and the broker is restarted. What becomes of the cast?',
      choices: [KEPT, GONE],
      answer: (scene) => (build(scene).delivered_t_ms === undefined ? GONE : KEPT),
      because: (scene) =>
        `Of build_and_run_instance the picture says: ${build(scene).why}. The host serves again, and the server is ${factOf(scene, 'waiting')}.`,
    },
    {
      ask: 'A call is being answered while the broker is restarted. What becomes of the call?',
      choices: [ANSWERED, FAILED, TIMED_OUT],
      answer: (scene) => ({ answered: ANSWERED, MessagingTimeout: TIMED_OUT })[factOf(scene, 'call')] ?? FAILED,
      because: (scene) => `The caller got "${factOf(scene, 'call')}". ${whyOfCall(scene)}`,
    },
    {
      ask: 'Which services have to be restarted before the next boot works?',
      choices: [NONE, SOME],
      answer: (scene) =>
        factOf(scene, 'restarted') === '' && flowOf(scene, 'next boot').outcome === 'done' ? NONE : SOME,
      because: (scene) =>
        `The next boot is ${factOf(scene, 'next')}, and but for the host that had been killed every process is the one from before: each connects again, declares its own queues under their old names, and consumes.`,
    },
  ],
  async play(lab, say) {
    const { cloud, desk, person, broker, flow } = lab;
    const facts: Record<string, string> = { broker: broker.kind };
    await desk.kill('compute', 'SIGKILL');
    const waiting = await person.boot('waiting');
    await flow(waiting.requestId, ({ hops }) => hops.some(({ method }) => method === 'build_and_run_instance'));
    say('both hosts are down, and a build waits in the queue of one of them');

    await using caller = await callConductor(lab);
    await flow(caller.requestId, isEverybodyNamed);
    say('a call is with the conductor, which takes its time');
    const { compute: _, ...pids } = cloud.pids;
    await restartBroker(lab);
    say(`the broker (${broker.kind}) was restarted, and every service is connected again`);
    await desk.settle((await lab.held('ping')).id, 'goes-on');
    facts['call'] = await caller.ended;
    say(`the conductor answers; the call: ${facts['call']}`);

    await desk.restart('compute');
    say('the hosts are up again');
    facts['waiting'] = (await person.settled(waiting.id)).status;
    const next = await person.boot('next');
    facts['next'] = (await person.settled(next.id)).status;
    facts['restarted'] = namesThatDiffer(pids, cloud.pids).join(', ');
    say(`the server that waited is ${facts['waiting']}, the next one ${facts['next']}`);
    const flows = {
      'waiting boot': await flow(waiting.requestId),
      call: await flow(caller.requestId, () => true),
      'next boot': await flow(next.requestId),
    };
    return { flows, facts };
  },
};

interface Caller extends AsyncDisposable {
  readonly requestId: string;
  /** `answered`, or the name of the error. */
  readonly ended: Promise<string>;
}

/** Calls the conductor's `ping`, which is held where it arrives, as a method that takes long. The queues are as those of the services. */
async function callConductor({ desk, broker, held }: LessonCloud): Promise<Caller> {
  await desk.addRule({ action: 'hold', match: { side: 'dispatch', service: 'conductor', method: 'ping' } });
  const transport = await connect(broker.url, {
    name: 'caller',
    controlExchange: CONTROL_EXCHANGE,
    options: { amqp_durable_queues: true },
    durableTransient: true,
  });
  const ctx = requestContext();
  const client = new RpcClient<{ ping(ctx: unknown, args: { arg: string }): unknown }>(transport, {
    topic: 'conductor',
    namespace: 'baseapi',
    version: '1.0',
  });
  const ended = client.call(ctx, 'ping', { arg: 'are you still there?' }).then(
    () => 'answered',
    (error: Error) => error.name,
  );
  await held('ping');
  return { requestId: ctx.request_id, ended, [Symbol.asyncDispose]: () => transport.close() };
}

/** What the observer says of its own hearing. */
interface Hearing {
  readonly tap: { readonly state: string };
  readonly tracing: { readonly state: string };
}

/** Resolves when all services that run have been heard again, by the desk and by the observer. */
async function restartBroker({ broker, desk, observerUrl }: LessonCloud): Promise<void> {
  await broker.restart();
  const since = Date.now();
  await until(
    () => desk.services.every(({ service, seen_ms }) => seen_ms > since || service === 'compute'),
    'every service reports again',
  );
  await until(async () => {
    const { at_ms } = (await (await fetch(`${observerUrl}/api/topology`)).json()) as { readonly at_ms: number };
    return at_ms > since;
  }, 'the observer has looked at the broker again');
  // It asks the broker over one connection and listens over another, which tries again on its own.
  await until(async () => {
    const { tap, tracing } = (await (await fetch(`${observerUrl}/api/status`)).json()) as Hearing;
    return tap.state === 'listening' && tracing.state === 'on';
  }, 'the observer hears the broker again');
}

function namesThatDiffer(before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>): string[] {
  return Object.keys(before).filter((name) => before[name] !== after[name]);
}

/** Whether an answer can still come depends on the reply queue alone. */
function whyOfCall(scene: Scene): string {
  const here = `on this broker (${factOf(scene, 'broker')})`;
  if (factOf(scene, 'call') === 'answered')
    return `Its reply queue was still there ${here}, and the answer went into it.`;
  return `Its reply queue had gone ${here}, with whatever was in it. The answer that the picture shows came later, into the queue that was made anew: nobody waited any more.`;
}

function build(scene: Scene) {
  const [hop] = hopsOf(flowOf(scene, 'waiting boot'), 'build_and_run_instance');
  if (hop === undefined) throw new Error('nobody was told to build');
  return hop;
}

function factOf({ facts }: Scene, name: string): string {
  const fact = facts?.[name];
  if (fact === undefined) throw new Error(`nobody noted ${name}`);
  return fact;
}
