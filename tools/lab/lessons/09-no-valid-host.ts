import type { Flow } from '@novasim/trace';
import type { Lesson } from '../lesson.ts';
import { flowOf, type Scene } from '../scene.ts';
import { isOver } from '../whole-flow.ts';

const boot = (scene: Scene) => flowOf(scene, 'third boot');

const FILTERS = ['RetryFilter', 'ComputeFilter', 'AvailabilityZoneFilter', 'CoreFilter', 'RamFilter', 'DiskFilter'];

/** A server too many: who notices, when, and where it says why. */
export const noValidHost: Lesson = {
  number: 9,
  slug: 'no-valid-host',
  env: { COMPUTE_MEMORY_MB: '512' }, // room for one m1.tiny on each host
  questions: [
    {
      ask: 'What does the api answer to the request for the third server?',
      choices: ['202 Accepted', '409 Conflict: no room', '500 No valid host was found'],
      answer: (scene) => (answerOf(scene).startsWith('202') ? '202 Accepted' : answerOf(scene)),
      because: (scene) =>
        `"${answerOf(scene)}" stands in the api's lane. The api answers as soon as its cast is out; it waits for no scheduler, so it cannot know.`,
    },
    {
      ask: 'Which service finds out that there is no room?',
      choices: ['api', 'scheduler', 'conductor', 'the compute hosts'],
      answer: (scene) => faultOf(scene).lane,
      because: (scene) => `The fault is in the lane of ${faultOf(scene).lane}: "${faultOf(scene).text}".`,
    },
    {
      ask: 'Which filter drops the last hosts?',
      choices: FILTERS,
      answer: (scene) => filterThatEmptied(scene),
      because: (scene) =>
        `The fault ends with the filters that took hosts away, and from how many to how many: "${/\(.*\)$/.exec(faultOf(scene).text)?.[0]}". Those before it let all pass, and those after it were not asked any more.`,
    },
    {
      ask: 'How many messages of this request reach a compute host?',
      answer: (scene) => hopsToHosts(scene).length,
      because: (scene) =>
        `The picture has the lanes ${boot(scene)
          .lanes.map(({ id }) => id)
          .join(
            ', ',
          )} and ${hopsToHosts(scene).length} arrows to a host. What the scheduler knows of the hosts they told it before, by themselves.`,
    },
  ],
  async play({ person, flow }, say) {
    for (const name of ['first', 'second']) {
      const { status } = await person.settled((await person.boot(name)).id);
      say(`the ${name} server is ${status}`);
    }
    say('POST /servers, for a third …');
    const { id, requestId } = await person.boot('third');
    const { status, fault } = await person.settled(id);
    say(`it is ${status}: ${fault?.message}`);
    return { flows: { 'third boot': await flow(requestId, isTold) }, facts: { status } };
  },
};

/** What the api answered and that there is no host are told by two services, in no order. */
function isTold(flow: Flow): boolean {
  return isOver(flow) && flow.marks.filter(({ kind }) => kind === 'http').length === 2;
}

/** `202 POST /servers`. */
function answerOf(scene: Scene): string {
  return boot(scene).marks.findLast(({ kind }) => kind === 'http')?.text ?? 'not told';
}

function faultOf(scene: Scene) {
  const mark = boot(scene).marks.find(({ kind }) => kind === 'fault');
  if (mark === undefined) throw new Error('nobody told of a fault');
  return mark;
}

/** `(RamFilter 2→0)` at the end of the fault. */
function filterThatEmptied(scene: Scene): string {
  return /(\w+) \d+→0\)$/.exec(faultOf(scene).text)?.[1] ?? 'none';
}

function hopsToHosts(scene: Scene) {
  return boot(scene).hops.filter(({ to }) => to.startsWith('compute'));
}
