import type { Flow, FlowHop } from '@novasim/trace';
import type { Lesson } from '../lesson.ts';
import { flowOf, hopsOf, type Scene } from '../scene.ts';
import { until } from '../until.ts';

const GONE = 'no: the broker has forgotten it';
const AGAIN = 'yes: the broker delivers it again';
const WAITED = 'it waits in the queue of the host, and is built when the host is back';
const ELSEWHERE = 'it goes to another host';
const LOST_TOO = 'it is lost as well';
const NOBODY = 'nobody: it stays in BUILD';

/** A cast is acknowledged before it runs: who dies after that loses it, who is dead before that gets it later. */
export const theLostCast: Lesson = {
  number: 5,
  slug: 'the-lost-cast',
  // Longer than compute takes to start: the second build must not count as lost meanwhile.
  env: { BUILD_TIMEOUT_MS: '8000' },
  questions: [
    {
      ask: 'A host has taken a build from its queue and is killed before it begins. It comes back. Does it get that build again?',
      choices: [AGAIN, GONE],
      answer: (scene) => (wasBegun(flowOf(scene, 'lost')) ? AGAIN : GONE),
      because: (scene) =>
        `It is ${told(scene, 'lost')}. The host acknowledged the message before it ran it, and what is acknowledged the broker deletes.`,
    },
    {
      ask: 'A second build is cast while the host is dead. What becomes of it?',
      choices: [LOST_TOO, ELSEWHERE, WAITED],
      answer: (scene) => fateOf(flowOf(scene, 'waiting')),
      because: (scene) =>
        `It is ${told(scene, 'waiting')}. Nobody had acknowledged it: the queue of a host stays when the host goes, and keeps what comes. This server is ${scene.facts?.['waiting']}.`,
    },
    {
      ask: 'Who ends the first server, for which no message is left?',
      choices: ['the api', 'the conductor', 'the compute host', NOBODY],
      answer: (scene) => whoEnded(scene),
      because: (scene) =>
        `In a request of its own, ${flowOf(scene, 'found').request_id}, ${errorMark(scene)?.lane ?? 'nobody'} wrote error: it looks from time to time for builds that nobody has saved for too long.`,
    },
  ],
  async play({ desk, person, flow, search, held }, say) {
    await desk.addRule({ action: 'hold', match: { side: 'dispatch', method: 'build_and_run_instance' } });
    say('POST /servers …');
    const first = await person.boot('lost');
    const { server } = await held('build_and_run_instance');
    say(`${server} has taken the build from its queue; now its process is killed`);
    await desk.kill('compute', 'SIGKILL');
    say('POST /servers again, with no compute alive …');
    const second = await person.boot('waiting');
    await flow(second.requestId, ({ hops }) => hops.some(isWaiting));
    say('the second build waits in a queue; starting compute again …');
    await desk.restart('compute');
    const { status: waiting } = await person.settled(second.id);
    say(`the second server is ${waiting}; and the first?`);
    const { status: lost, fault } = await person.settled(first.id, 90_000);
    say(`after a while it is ${lost}: ${fault?.message ?? 'no fault'}`);

    const found = await until(async () => {
      const about = await search(`instance:${first.id} state:error`);
      return about.find(({ request_id }) => request_id !== first.requestId);
    }, 'somebody has found the first server');
    return {
      flows: {
        lost: await flow(first.requestId, ({ hops }) => hops.some(({ outcome }) => outcome === 'lost')),
        waiting: await flow(second.requestId),
        found: await flow(found.request_id),
      },
      facts: { lost, waiting },
    };
  },
};

function isWaiting({ method, outcome }: FlowHop): boolean {
  return method === 'build_and_run_instance' && outcome === 'queued';
}

function build(flow: Flow): FlowHop {
  const [hop] = hopsOf(flow, 'build_and_run_instance');
  if (hop === undefined) throw new Error('no build was sent');
  return hop;
}

/** Who builds says so at once, to the conductor. */
function wasBegun({ hops }: Flow): boolean {
  return hops.some(({ method }) => method === 'instance_update');
}

function fateOf(flow: Flow): string {
  if (!wasBegun(flow)) return LOST_TOO;
  return flow.hops.find(({ method }) => method === 'instance_update')?.from === build(flow).to ? WAITED : ELSEWHERE;
}

/** `lost: acknowledged after 2 ms, …`, as the picture has it. */
function told(scene: Scene, name: string): string {
  const { outcome, why } = build(flowOf(scene, name));
  return `${outcome}: ${why}`;
}

function errorMark(scene: Scene) {
  return flowOf(scene, 'found').marks.find(({ kind, text }) => kind === 'state' && text.startsWith('error'));
}

function whoEnded(scene: Scene): string {
  const lane = errorMark(scene)?.lane ?? '';
  return lane === '' ? NOBODY : `the ${lane.startsWith('compute') ? 'compute host' : lane}`;
}
