import { requestContext } from '@novasim/service';
import type { Flow, HopOutcome } from '@novasim/trace';
import type { Lesson } from '../lesson.ts';
import type { LessonCloud } from '../lesson-cloud.ts';
import { BIG, openPrintShop } from '../print-shop.ts';
import { flowOf, hopsOf } from '../scene.ts';
import { isEverybodyNamed } from '../whole-flow.ts';

const SMALL = 9;
const GREEDY = 'as much as there is';
const ONE = 'prefetch 1';

const WITH_THE_BUSY = 'with the busy press, although the other one has nothing to do';
const IN_THE_QUEUE = 'in the queue, for whichever press has time first';
const LOST = 'nowhere: it is lost';

/** Two servers share a queue, and one takes work that the other could have done: prefetch, and who starves by it. */
export const prefetch: Lesson = {
  number: 10,
  slug: 'prefetch',
  questions: [
    {
      ask: 'The presses take as much as there is. How many of the nine small jobs are done while the big one is being printed?',
      answer: (scene) => small(flowOf(scene, GREEDY), 'answered').length,
      because: (scene) =>
        `The broker deals to its consumers in turn, whatever they are doing: ${small(flowOf(scene, GREEDY), 'answered').length} small jobs went to the free press, ${small(flowOf(scene, GREEDY), 'running').length} to ${busy(flowOf(scene, GREEDY))}.`,
    },
    {
      ask: 'Where is a small job that is not done?',
      choices: [IN_THE_QUEUE, WITH_THE_BUSY, LOST],
      answer: (scene) => {
        const [waiting] = small(flowOf(scene, GREEDY), 'running', 'queued', 'lost');
        if (waiting === undefined) throw new Error('every small job is done');
        if (waiting.outcome !== 'running') return waiting.outcome === 'queued' ? IN_THE_QUEUE : LOST;
        return waiting.to === busy(flowOf(scene, GREEDY)) ? WITH_THE_BUSY : IN_THE_QUEUE;
      },
      because: (scene) => {
        const waiting = small(flowOf(scene, GREEDY), 'running').at(0);
        return `Of one of them the picture said, while the big job ran: "${waiting?.why}". It had left the queue, so nobody else could get it.`;
      },
    },
    {
      ask: 'Now with a prefetch of 1. How many of the nine are done while the big one is being printed?',
      answer: (scene) => small(flowOf(scene, ONE), 'answered').length,
      because: (scene) =>
        `The free press did ${small(flowOf(scene, ONE), 'answered').length}, and ${small(flowOf(scene, ONE), 'running').length} waited with ${busy(flowOf(scene, ONE))}: what runs has been acknowledged before it began and no longer counts, so the broker hands over one more.`,
    },
  ],
  async play(cloud, say) {
    const flows = {
      [GREEDY]: await printTen(cloud, 0, (line) => say(`${GREEDY}: ${line}`)),
      [ONE]: await printTen(cloud, 1, (line) => say(`${ONE}: ${line}`)),
    };
    return { flows };
  },
};

/** One big job and nine small ones in one request. Answers the picture as it was while the big one was being printed. */
async function printTen(
  { cloud: { broker }, flow }: LessonCloud,
  limit: number,
  say: (line: string) => void,
): Promise<Flow> {
  await using shop = await openPrintShop(broker.url, { prefetch: limit });
  const ctx = requestContext();
  const jobs = [shop.print(ctx, BIG)];
  say(`${await shop.busy} prints the big job`);
  jobs.push(...Array.from({ length: SMALL }, (_, nth) => shop.print(ctx, `small ${nth + 1}`)));
  const seen = await flow(ctx.request_id, isStuck);
  say(`${small(seen, 'answered').length} of ${SMALL} small jobs are done; now the big one ends`);
  shop.finish();
  await Promise.all(jobs);
  return seen;
}

/** The press that has the big job, which was the first. */
function busy(flow: Flow): string {
  return hopsOf(flow, 'print')[0]?.to ?? '?';
}

function small(flow: Flow, ...outcomes: readonly HopOutcome[]): Flow['hops'] {
  return hopsOf(flow, 'print')
    .slice(1)
    .filter(({ outcome }) => outcomes.includes(outcome));
}

/** Every small job is done, or waits with the busy press. */
function isStuck(flow: Flow): boolean {
  const jobs = flow.hops.filter(({ method }) => method === 'print');
  const stuck = jobs.filter(({ outcome, to }) => outcome === 'running' && to === jobs[0]?.to);
  const done = jobs.filter(({ outcome }) => outcome === 'answered');
  return jobs.length === 1 + SMALL && stuck.length + done.length === jobs.length && isEverybodyNamed(flow);
}
