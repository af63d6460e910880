import type { Flow, FlowHop } from '@novasim/trace';
import type { Lesson } from '../lesson.ts';
import { flowOf, hopsOf, type Scene } from '../scene.ts';
import { until } from '../until.ts';

const boot = (scene: Scene) => flowOf(scene, 'boot');

const IN_TURN = 'now the one, now the other';
const THE_SAME = 'the one that had the first of them';

/** The three ways to address a message: any server of a topic, one of them, all of them. */
export const topicServerFanout: Lesson = {
  number: 3,
  slug: 'topic-server-fanout',
  // A process for each host, so that the picture can tell which of them had a copy.
  env: { COMPUTE_HOSTS: 'compute1' },
  questions: [
    {
      ask: 'Two conductors listen. How many of them run one call of instance_update?',
      answer: (scene) => Math.max(...updates(scene).map((call) => repliesTo(boot(scene), call).length)),
      because: (scene) =>
        `Each of the ${updates(scene).length} calls was answered once. Both conductors consume one and the same queue, and a message in a queue goes to one consumer.`,
    },
    {
      ask: 'A boot sends several messages to the topic conductor. Which of the two conductors gets them?',
      choices: [THE_SAME, IN_TURN],
      answer: (scene) => (new Set(atConductors(scene)).size > 1 ? IN_TURN : THE_SAME),
      because: (scene) =>
        `They went to ${atConductors(scene).join(', ')}. The broker hands the messages of a queue out in turn and knows nothing of boots, so a conductor must not remember anything between two messages: all state is in the database.`,
    },
    {
      ask: 'build_and_run_instance must reach the host that the scheduler chose. Which routing key does it have?',
      choices: ['compute', 'compute. and the name of the host', 'none'],
      answer: (scene) => {
        const { routing_key } = built(scene);
        return routing_key === ''
          ? 'none'
          : routing_key === 'compute'
            ? 'compute'
            : 'compute. and the name of the host';
      },
      because: (scene) =>
        `It went to ${built(scene).to} with the routing key ${built(scene).routing_key}. Every server has a queue of that name beside the one it shares with its topic, so nobody else can take it.`,
    },
    {
      ask: 'A scheduler starts and sends publish_service_capabilities once, by fanout. How many copies are delivered?',
      answer: (scene) => copies(scene).filter(({ delivered_t_ms }) => delivered_t_ms !== undefined).length,
      because: (scene) =>
        `One for each host: ${copies(scene)
          .map(({ lane }) => lane)
          .join(
            ', ',
          )}. The message went to the exchange ${fanout(scene).exchange}, which puts a copy in every queue that is bound to it.`,
    },
  ],
  async play({ cloud, person, flow, search, addProcess }, say) {
    say('starting a second host and a second conductor …');
    await addProcess('compute', 'compute2');
    await addProcess('conductor', 'lab2');
    say('POST /servers …');
    const { id, requestId } = await person.boot('first');
    const { status } = await person.settled(id);
    say(`it is ${status}`);
    const whole = await flow(requestId, (its) => its.outcome !== 'open' && conductorsOf(its).every(isToldApart));

    say('starting the scheduler anew …');
    const [before] = await search(ASKING);
    await cloud.restart('scheduler');
    const asked = await until(
      async () => (await search(ASKING)).find((found) => found.request_id !== before?.request_id),
      'the new scheduler asks the hosts what they have',
    );
    say('it asked all hosts what they have, with one message');
    const answered = await flow(asked.request_id, ({ hops }) =>
      hops.some(({ method, from, copies: made = [] }) => {
        return method === METHOD && from === 'scheduler' && made.length > 0 && made.every(isTakenBySomebody);
      }),
    );
    return { flows: { boot: whole, 'scheduler start': answered } };
  },
};

const METHOD = 'publish_service_capabilities';
const ASKING = `method:${METHOD}`;

/** The conductor of each message for the topic, in their order. */
function conductorsOf({ hops }: Flow): readonly string[] {
  return hops.filter(({ kind, routing_key }) => kind !== 'reply' && routing_key === 'conductor').map(({ to }) => to);
}

/** Delivered, and it is known to whom: the broker tells of names a little later. */
function isTakenBySomebody({ lane, delivered_t_ms }: NonNullable<FlowHop['copies']>[number]): boolean {
  return delivered_t_ms !== undefined && lane.startsWith('compute.') && !lane.endsWith('?');
}

function isToldApart(lane: string): boolean {
  return lane.startsWith('conductor.');
}

function atConductors(scene: Scene): readonly string[] {
  return conductorsOf(boot(scene));
}

function updates(scene: Scene): readonly FlowHop[] {
  return hopsOf(boot(scene), 'instance_update');
}

function repliesTo({ hops }: Flow, call: FlowHop): readonly FlowHop[] {
  return hops.filter(({ kind, msg_id }) => kind === 'reply' && msg_id === call.msg_id);
}

function built(scene: Scene): FlowHop {
  return first(hopsOf(boot(scene), 'build_and_run_instance'));
}

function fanout(scene: Scene): FlowHop {
  return first(hopsOf(flowOf(scene, 'scheduler start'), METHOD));
}

function copies(scene: Scene): NonNullable<FlowHop['copies']> {
  return fanout(scene).copies ?? [];
}

function first([hop]: readonly FlowHop[]): FlowHop {
  if (hop === undefined) throw new Error('it did not travel');
  return hop;
}
