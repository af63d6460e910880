import type { Lesson } from '../lesson.ts';
import { flowOf, hopsOf, type Scene } from '../scene.ts';

const boot = (scene: Scene) => flowOf(scene, 'boot');

const AT_ONCE = 'before: the api has only passed it on';
const WHEN_BUILT = 'after: the api waits for the instance';

/** A boot from end to end: who hands it to whom, and who waits for whom. */
export const firstBoot: Lesson = {
  number: 1,
  slug: 'first-boot',
  questions: [
    {
      ask: 'Does the api answer your request before or after the instance is built?',
      choices: [AT_ONCE, WHEN_BUILT],
      answer: (scene) => (answeredMs(scene) < builtMs(scene) ? AT_ONCE : WHEN_BUILT),
      because: (scene) =>
        `The api answered after ${Math.round(answeredMs(scene))} ms; the host was told to build after ${Math.round(builtMs(scene))} ms.`,
    },
    {
      ask: 'How many casts carry the boot from the api to the host that builds it?',
      answer: (scene) => casts(scene).length,
      because: (scene) =>
        `${casts(scene)
          .map(({ from, to, method }) => `${from} → ${to} ${method}`)
          .join(', ')}. None of them is waited for.`,
    },
    {
      ask: 'How does the host ask for the address of the instance?',
      choices: ['a cast to network', 'a call to network', 'a look into the database'],
      answer: (scene) => {
        const [hop] = hopsOf(boot(scene), 'allocate_for_instance');
        return `a ${hop?.kind} to network`;
      },
      because: (scene) => {
        const [hop] = hopsOf(boot(scene), 'allocate_for_instance');
        return `${hop?.from} asks with allocate_for_instance and waits for the answer: without an address there is nothing to start. The database is not for it to open.`;
      },
    },
  ],
  async play({ person, flow }, say) {
    say('POST /servers …');
    const { id, requestId } = await person.boot('first');
    const { status: atFirst } = await person.show(id);
    say(`answered: server ${id} is ${atFirst}, request ${requestId}`);
    const { status } = await person.settled(id);
    say(`it is ${status}`);
    return { flows: { boot: await flow(requestId) }, facts: { atFirst, status } };
  },
};

/** When the api answered: what it says itself, in its notification. */
function answeredMs(scene: Scene): number {
  const mark = boot(scene).marks.find(({ kind, text }) => kind === 'http' && text.startsWith('202'));
  if (mark === undefined) throw new Error('the api told of no answer 202');
  return mark.t_ms;
}

function builtMs(scene: Scene): number {
  const [hop] = hopsOf(boot(scene), 'build_and_run_instance');
  return hop?.t_ms ?? Number.NaN;
}

function casts(scene: Scene) {
  return boot(scene).hops.filter(({ kind }) => kind === 'cast');
}
