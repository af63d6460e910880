import type { FlowHop } from '@novasim/trace';
import type { Lesson } from '../lesson.ts';
import { flowOf, hopsOf, type Scene } from '../scene.ts';

const boot = (scene: Scene) => flowOf(scene, 'boot');

const CALLER = 'the host: it called, and it looks at its own clock';
const CALLED = 'the network: it took too long';
const BROKER = 'the broker: it watches over calls';
const DONE = 'yes: only its answer is late';
const UNDONE = 'no: the call has failed';
const FREES = 'it asks the network to free whatever it had';
const FORGETS = 'it does nothing: there is no address';
const DROPPED = 'it is delivered, and nobody waits for it any more';
const RESUMED = 'the host takes it and goes on with the build';

/** A timeout is what a caller believes: the work may be done all the same, and the answer may come after it. */
export const whoTimedOut: Lesson = {
  number: 4,
  slug: 'who-timed-out',
  env: { RPC_RESPONSE_TIMEOUT_MS: '2500' },
  questions: [
    {
      ask: 'The answer to the call allocate_for_instance does not come. Who finds that the time is up?',
      choices: [CALLED, CALLER, BROKER],
      answer: (scene) => whoGaveUp(scene),
      because: (scene) =>
        `After ${seconds(lasted(scene))} ${call(scene).from} stopped waiting: MessagingTimeout. Nobody told it. The timeout is a number in the caller's head, and no message says that it has passed.`,
    },
    {
      ask: 'The host has given up. Has the network allocated the address?',
      choices: [UNDONE, DONE],
      answer: (scene) => (answer(scene).error === undefined ? DONE : UNDONE),
      because: (scene) =>
        `${answer(scene).from} answered ${answer(scene).error === undefined ? 'with a result and no error' : `with ${answer(scene).error}`}: a timeout says that no answer came. It does not say that nothing was done.`,
    },
    {
      ask: 'The build fails. What does the host do about the address, of which it knows nothing?',
      choices: [FREES, FORGETS],
      answer: (scene) => (freed(scene) === undefined ? FORGETS : FREES),
      because: (scene) =>
        `The next that ${call(scene).from} sent was ${freed(scene)?.method ?? 'no word to the network'}. Who cannot know whether something was done undoes it in any case, so undoing must do no harm when there is nothing to undo.`,
    },
    {
      ask: 'At last the lab lets the answer go. What becomes of it?',
      choices: [RESUMED, DROPPED],
      answer: (scene) => (isTooLate(scene) ? DROPPED : RESUMED),
      because: (scene) =>
        `It came ${seconds(answer(scene).t_ms - endedMs(call(scene)))} too late, was delivered from ${answer(scene).queues.join()}, and the host sent nothing after it. It has the _msg_id of a call that is over, so the host drops it; the server stays in ${scene.facts?.['status']}.`,
    },
  ],
  async play({ desk, person, flow, held }, say) {
    const late = { side: 'publish', service: 'network', kind: 'reply', method: 'allocate_for_instance' } as const;
    await desk.addRule({ action: 'hold', match: late });
    say('POST /servers …');
    const { id, requestId } = await person.boot('patient');
    const reply = await held('allocate_for_instance');
    say('the network has answered the host, and the lab holds the answer; now the host waits …');
    const { status, fault } = await person.settled(id);
    say(`it is ${status}: ${fault?.message ?? 'no fault'}`);
    await desk.settle(reply.id, 'goes-on');
    say('the answer goes on its way');
    const whole = await flow(requestId, ({ hops }) => {
      const asked = hops.find(({ method, kind }) => method === 'allocate_for_instance' && kind === 'call');
      return hops.some(({ id: its, outcome }) => its === asked?.pair_id && outcome === 'delivered');
    });
    return { flows: { boot: whole }, facts: { status } };
  },
};

function call(scene: Scene): FlowHop {
  const [hop] = hopsOf(boot(scene), 'allocate_for_instance');
  if (hop === undefined) throw new Error('nobody asked for an address');
  return hop;
}

/** The answer that the lab held. */
function answer(scene: Scene): FlowHop {
  const reply = boot(scene).hops.find(({ id }) => id === call(scene).pair_id);
  if (reply === undefined) throw new Error('the network never answered');
  return reply;
}

/** When the caller stopped waiting. */
function endedMs({ ended_t_ms }: FlowHop): number {
  return ended_t_ms ?? Number.NaN;
}

function lasted(scene: Scene): number {
  return endedMs(call(scene)) - call(scene).t_ms;
}

/** Whoever went on without the answer once the time was up. */
function whoGaveUp(scene: Scene): string {
  const { from, to, outcome } = call(scene);
  if (outcome !== 'timed out') throw new Error(`the call is ${outcome}, and nobody gave up`);
  const next = boot(scene).hops.find(({ kind, t_ms }) => kind === 'call' && t_ms >= endedMs(call(scene)));
  return next?.from === from ? CALLER : next?.from === to ? CALLED : BROKER;
}

function freed(scene: Scene): FlowHop | undefined {
  return boot(scene).hops.find(({ method, kind }) => method === 'deallocate_for_instance' && kind === 'call');
}

function isTooLate(scene: Scene): boolean {
  const { from } = call(scene);
  const reply = answer(scene);
  const wentOn = boot(scene).hops.some((hop) => hop.from === from && hop.kind === 'call' && hop.t_ms > reply.t_ms);
  return reply.outcome === 'delivered' && reply.t_ms > endedMs(call(scene)) && !wentOn;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
