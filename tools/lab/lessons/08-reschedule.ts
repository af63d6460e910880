import type { Lesson } from '../lesson.ts';
import { flowOf, hopsOf, type Scene } from '../scene.ts';

const boot = (scene: Scene) => flowOf(scene, 'boot');

const FROM_THE_LIST = 'the conductor, from the list that came with the first choice';
const ASKED_AGAIN = 'the scheduler, which is asked again';
const THE_HOST = 'the host that failed, which passes it on to a neighbour';

const SEEN_ERROR = 'ERROR for a moment, then BUILD again, then ACTIVE';
const ONLY_BUILD = 'BUILD all the time, then ACTIVE';

/** A hypervisor fails: the build comes back and goes on to the next host. */
export const reschedule: Lesson = {
  number: 8,
  slug: 'reschedule',
  questions: [
    {
      ask: 'How does the host that failed hand the build back?',
      choices: ['a cast to conductor', 'a call to conductor', 'a cast to scheduler'],
      answer: (scene) => {
        const { kind, to } = handBack(scene);
        return `a ${kind} to ${to}`;
      },
      because: (scene) => {
        const { from, kind, to, t_ms } = handBack(scene);
        return `${Math.round(t_ms)} ms after the request, ${from} sent build_instances back as a ${kind} to ${to}. It is the same method that brought the build there in the first place, with one host more on the list of those that were tried.`;
      },
    },
    {
      ask: 'Who chooses the second host?',
      choices: [ASKED_AGAIN, FROM_THE_LIST, THE_HOST],
      answer: (scene) => {
        if (askedScheduler(scene).length > 1) return ASKED_AGAIN;
        return attempts(scene).at(-1)?.from === 'conductor' ? FROM_THE_LIST : THE_HOST;
      },
      because: (scene) =>
        `The scheduler's lane has ${askedScheduler(scene).length} arrow in: it was asked once, and its verdict was "${verdictOf(scene)}". What comes after "else" are the alternates; they travel with the build, so nobody has to ask again.`,
    },
    {
      ask: 'What does somebody see who looks at the server all the time?',
      choices: [SEEN_ERROR, ONLY_BUILD],
      answer: (scene) => (states(scene).some((state) => state.startsWith('error')) ? SEEN_ERROR : ONLY_BUILD),
      because: (scene) =>
        `The instance went through ${states(scene).join(', ')}. It stood at building/scheduling twice; the fault of the first host is in the picture, and not in what the api shows.`,
    },
  ],
  async play({ desk, person, held, flow }, say) {
    await desk.addRule({ action: 'hold', match: { side: 'publish', method: 'build_and_run_instance' } });
    say('POST /servers …');
    const { id, requestId } = await person.boot('unlucky');
    const message = await held('build_and_run_instance');
    const chosen = message.server ?? '';
    say(`the scheduler chose ${chosen}; before the build gets there, the next spawn on ${chosen} is made to fail`);
    await desk.trouble(chosen, { slow_ms: 0, fail_next: 1, fail_rate: 0 });
    await desk.settle(message.id, 'goes-on');
    const { status } = await person.settled(id);
    say(`it is ${status}`);
    return { flows: { boot: await flow(requestId) }, facts: { chosen, status } };
  },
};

/** The message by which a host gives the build away again. */
function handBack(scene: Scene) {
  const [first] = attempts(scene);
  const hop = hopsOf(boot(scene), 'build_instances').find(({ from }) => from === first?.to);
  if (hop === undefined) throw new Error(`${first?.to} did not hand the build back`);
  return hop;
}

/** Each host that was told to build. */
function attempts(scene: Scene) {
  return hopsOf(boot(scene), 'build_and_run_instance');
}

function askedScheduler(scene: Scene) {
  return boot(scene).hops.filter(({ to, kind }) => to === 'scheduler' && (kind === 'call' || kind === 'cast'));
}

function verdictOf(scene: Scene): string {
  return boot(scene).marks.findLast(({ kind }) => kind === 'verdict')?.text ?? 'not told';
}

function states(scene: Scene): readonly string[] {
  return boot(scene).marks.flatMap(({ kind, text }) => (kind === 'state' ? [text] : []));
}
