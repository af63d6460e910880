import type { Flow, FlowHop } from '@novasim/trace';
import type { Lesson } from '../lesson.ts';
import { flowOf, hopsOf, type Scene } from '../scene.ts';
import { until } from '../until.ts';

const boot = (scene: Scene) => flowOf(scene, 'boot');

const ALL_THE_SAME = 'it answers as ever';
const GIVES_UP = 'it stops: nobody needs the answer';
const TRIES_ON = 'it sends it again and again';
const ONCE = 'it sends it once, and is done';
const NEVER = 'no: the new process has a reply queue of its own';
const AT_LAST = 'yes: host and queue are there again';

/** A reply goes to the queue that its caller named. When that is gone the broker returns it, and the server tries for a while. */
export const theMissingReplyQueue: Lesson = {
  number: 6,
  slug: 'the-missing-reply-queue',
  transportOptions: { rabbit_transient_queues_ttl: '2' },
  questions: [
    {
      ask: 'The host is killed while the network works for it. What does the network do when it has the address?',
      choices: [ALL_THE_SAME, GIVES_UP],
      answer: (scene) => (replyTo(boot(scene)) === undefined ? GIVES_UP : ALL_THE_SAME),
      because: (scene) =>
        `${reply(scene).from} sent its reply to ${reply(scene).routing_key}. The death of a caller is no message: who is called never hears of it.`,
    },
    {
      ask: 'The reply queue is gone, so the broker returns the answer. What does the network do with it?',
      choices: [ONCE, TRIES_ON],
      answer: (scene) => (timesSent(reply(scene)) > 1 ? TRIES_ON : ONCE),
      because: (scene) =>
        `It had sent it ${timesSent(reply(scene))} times when the lesson ended. A queue may be missing for a moment only, while its owner connects anew, so a server tries four times a second, for 60 seconds.`,
    },
    {
      ask: 'The host is started again. Does the answer reach it at last?',
      choices: [AT_LAST, NEVER],
      answer: (scene) => (reply(scene).outcome === 'lost' ? NEVER : AT_LAST),
      because: (scene) =>
        `The answer is ${reply(scene).outcome}. It is addressed to ${reply(scene).routing_key}; the process that runs now listens on ${newQueue(scene)}. The name ends in a random number that each process makes for itself.`,
    },
  ],
  async play({ desk, person, flow, held, queues }, say) {
    await desk.addRule({ action: 'hold', match: { side: 'dispatch', method: 'allocate_for_instance' } });
    say('POST /servers …');
    const { id, requestId } = await person.boot('unheard');
    const call = await held('allocate_for_instance');
    say('the host has called the network, and the lab keeps the network from answering');
    const before = await flow(requestId, (its) => its.hops.some(isReply));
    const queue = before.hops.find(isReply)?.routing_key ?? '';
    await desk.kill('compute', 'SIGKILL');
    say('the process of the host is killed; two seconds later its reply queue expires …');
    await until(async () => (await queues()).every(({ name }) => name !== queue), `${queue} is gone`);
    await desk.settle(call.id, 'goes-on');
    await flow(requestId, (its) => timesSent(replyTo(its)) > 2);
    say(`the network answers, and there is no ${queue}; starting compute again …`);
    await desk.restart('compute');
    const { status, fault } = await person.settled(id);
    say(`the server is ${status}: ${fault?.message ?? 'no fault'}`);
    const next = await person.boot('heard');
    await person.settled(next.id);
    return { flows: { boot: await flow(requestId), 'next boot': await flow(next.requestId) }, facts: { status } };
  },
};

function isReply({ kind, to }: FlowHop): boolean {
  return kind === 'reply' && to.startsWith('compute');
}

/** The answer that cannot be delivered. */
function replyTo(flow: Flow): FlowHop | undefined {
  const [call] = hopsOf(flow, 'allocate_for_instance');
  return flow.hops.find(({ id }) => id === call?.pair_id);
}

function reply(scene: Scene): FlowHop {
  const found = replyTo(boot(scene));
  if (found === undefined) throw new Error('the network did not answer');
  return found;
}

/** As the trace counts it: what is sent again is the same message. */
function timesSent(hop: FlowHop | undefined): number {
  if (hop === undefined) return 0;
  return Number(/sent (\d+) times/.exec(hop.why)?.[1] ?? 1);
}

/** Where the new process has its replies sent. */
function newQueue(scene: Scene): string {
  return flowOf(scene, 'next boot').hops.find(isReply)?.routing_key ?? 'none';
}
