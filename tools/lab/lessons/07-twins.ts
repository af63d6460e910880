import type { FlowHop } from '@novasim/trace';
import type { Lesson } from '../lesson.ts';
import type { LessonCloud } from '../lesson-cloud.ts';
import { flowOf, hopsOf, type Scene } from '../scene.ts';

const BY_UNIQUE_ID = '_unique_id';

/** The same message twice: a server knows a twin of what it had itself. What another server had, only the database knows. */
export const twins: Lesson = {
  number: 7,
  slug: 'twins',
  // Nothing else may come between the twins: they would meet the same conductor.
  env: { REPORT_INTERVAL_MS: '50000' },
  questions: [
    {
      ask: 'build_and_run_instance comes to the host twice, word for word. How often does the host build?',
      answer: (scene) => builds(scene, 'one host').length,
      because: (scene) =>
        `The message was ${sentTwice(scene) ? 'sent twice' : 'sent once'}, and the host asked for an address ${times(builds(scene, 'one host').length)}. It remembers what it had last and drops a twin without a word.`,
    },
    {
      ask: 'By which field does it know the twin?',
      choices: ['_msg_id', 'request_id', BY_UNIQUE_ID],
      answer: (scene) => twinField(scene),
      because: (scene) =>
        `Both copies have the _unique_id ${cast(scene).unique_id}, which is made for each message that is sent. A cast has no _msg_id, and all ${scene.flows['one host']?.hop_count} messages of this boot have the same request_id.`,
    },
    {
      ask: 'Now build_instances to the topic conductor comes twice, and two conductors listen. How many of them run it?',
      answer: (scene) => new Set(handedOn(scene).map(({ from }) => from)).size,
      because: (scene) =>
        `${handedOn(scene)
          .map(({ from, to }) => `${from} cast the build to ${to}`)
          .join(
            ', and ',
          )}. The queue gave the twins to one conductor each, and each remembers only what it had itself.`,
    },
    {
      ask: 'So the host is told to build by two different messages. How many of the two builds get as far as an address?',
      answer: (scene) => builds(scene, 'two conductors').length,
      because: (scene) =>
        `The save by which the other began was refused: ${refusal(scene).error?.split('\n')[0]?.replace(/\.*$/, '')}. A build may only begin while the server is being scheduled, and the conductor looks at that in the database as it saves.`,
    },
  ],
  async play(lab, say) {
    const { desk, person, flow, addProcess } = lab;
    await desk.addRule({ action: 'duplicate', match: { side: 'publish', method: 'build_and_run_instance' } });
    say('POST /servers: the message to the host goes out twice …');
    const first = await person.boot('twin');
    const { status } = await person.settled(first.id);
    say(`it is ${status}`);
    const oneHost = await flow(first.requestId, ({ outcome, hops }) => {
      return outcome !== 'open' && hops.some(isTwin('build_and_run_instance'));
    });

    say('starting a second conductor …');
    await addProcess('conductor', 'lab2');
    const twoConductors = await bootWithTwoConductors(lab, say);
    return { flows: { 'one host': oneHost, 'two conductors': twoConductors } };
  },
};

const MOST_TRIES = 10;

/** Boots until the twins have met a conductor each, as they mostly do at once: any other message can come between them. */
async function bootWithTwoConductors({ desk, person, flow }: LessonCloud, say: (line: string) => void) {
  for (let attempt = 1; attempt <= MOST_TRIES; attempt++) {
    await desk.addRule({ action: 'duplicate', match: { side: 'publish', method: 'build_instances' } });
    say('POST /servers: the message to the conductors goes out twice …');
    const { id, requestId } = await person.boot('twins');
    const { status } = await person.settled(id);
    const its = await flow(requestId, ({ outcome, hops }) => {
      const ran = hops.filter(({ method }) => method === 'build_and_run_instance');
      const isRefused = hops.some((hop) => hop.outcome === 'failed');
      return outcome !== 'open' && hops.some(isTwin('build_instances')) && (ran.length === 1 || isRefused);
    });
    if (hopsOf(its, 'build_and_run_instance').length === 2) {
      say(`it is ${status}`);
      return its;
    }
    say('both copies came to the same conductor, once more …');
  }
  throw new Error(`in ${MOST_TRIES} boots the twins never met two conductors`);
}

function isTwin(method: string): (hop: FlowHop) => boolean {
  return (hop) => hop.method === method && /sent 2 times with one/.test(hop.why);
}

function builds(scene: Scene, name: string): readonly FlowHop[] {
  return hopsOf(flowOf(scene, name), 'allocate_for_instance');
}

function cast(scene: Scene): FlowHop {
  const [hop] = hopsOf(flowOf(scene, 'one host'), 'build_and_run_instance');
  if (hop === undefined) throw new Error('no build was cast');
  return hop;
}

function sentTwice(scene: Scene): boolean {
  return isTwin('build_and_run_instance')(cast(scene));
}

/** The field that tells the twins from every other message of the boot. */
function twinField(scene: Scene): string {
  const { id, unique_id, msg_id } = cast(scene);
  const others = flowOf(scene, 'one host').hops.filter((hop) => hop.id !== id);
  if (unique_id !== undefined && others.every((hop) => hop.unique_id !== unique_id)) return BY_UNIQUE_ID;
  return msg_id === undefined ? 'request_id' : '_msg_id';
}

function handedOn(scene: Scene): readonly FlowHop[] {
  return hopsOf(flowOf(scene, 'two conductors'), 'build_and_run_instance');
}

function refusal(scene: Scene): FlowHop {
  const hop = hopsOf(flowOf(scene, 'two conductors'), 'instance_update').find(({ outcome }) => outcome === 'failed');
  if (hop === undefined) throw new Error('no build was refused');
  return hop;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
