import { bound } from '../rpc/bounds.ts';
import type { Figures } from '../rpc/report.ts';
import { quantile } from '../statistics.ts';
import type { OpenBus } from './buses.ts';
import { type Latencies, latenciesOf, type Painted } from './latencies.ts';
import { type ObserverProcess, startObserverProcess } from './observer-process.ts';
import type { Plan } from './plan.ts';
import { startTraffic, type TrafficProcess } from './traffic.ts';
import { requestId, type Traffic } from './traffic-protocol.ts';
import { openView, type Page } from './view.ts';

const PER_SECOND = 1_000;
/** A boot of the classic era is some 25 messages; forty a second begin, so a row is in view for half a second. */
const BOOTS = { messages: 25, atOnce: 4, kind: 'calls' } as const;
/** Of the flow that is looked at, beside all others. */
const STEPS_PER_SECOND = 20;

/** How long it takes from the publish of a message until a page in a browser has painted what it says. */
export async function measureOnScreen(openBus: OpenBus, plan: Plan): Promise<Figures> {
  await using bus = await openBus();
  await using observer = await startObserverProcess(bus);
  await using crowd = await startTraffic(bus.url);
  await using walker = await startTraffic(bus.url);
  await crowd.send(crowdFor('warm', 2)); // compilers on all sides
  plan.say(`the list of flows at ${PER_SECOND} messages a second (${bus.name})`);
  const flows = await watchFlows(observer, crowd, plan);
  plan.say(`one flow at ${PER_SECOND} messages a second (${bus.name})`);
  const flow = await watchFlow(observer, crowd, walker, plan);
  const limit = (what: string, ms: readonly number[]) =>
    bound(`publish → on screen, p95: ${what} (${bus.name})`, '≤', 150, [quantile(ms, 0.95)], {
      unit: ' ms',
      digits: 0,
    });
  return {
    bounds: [limit('the list of flows', flows.ms), limit('one flow', flow.ms)],
    sections: [
      {
        title: `Publish → on screen at ${PER_SECOND} messages a second (${bus.name})`,
        columns: ['page', 'messages', 'p50 ms', 'p95 ms', 'p99 ms', 'scrolled away before'],
        rows: [row('Flows: a row and its count of hops', flows), row('Flow: an arrow', flow)],
      },
    ],
  };
}

function row(what: string, { ms, unseen }: Latencies): readonly string[] {
  const at = (share: number) => quantile(ms, share).toFixed(0);
  return [what, String(ms.length), at(0.5), at(0.95), at(0.99), String(unseen)];
}

function crowdFor(name: string, seconds: number): Traffic {
  return { name, requests: (PER_SECOND * seconds) / BOOTS.messages, perSecond: PER_SECOND, ...BOOTS };
}

async function watchFlows(observer: ObserverProcess, crowd: TrafficProcess, plan: Plan): Promise<Latencies> {
  await using view = await openView(`${observer.url}/flows`, 'watch-rows.js');
  await view.page.getByRole('region', { name: 'List of flows' }).waitFor();
  const traffic = crowdFor('list', plan.screenSeconds);
  const sent = await crowd.send(traffic);
  return latenciesOf(traffic, sent, await painted(view.page), {
    keyOf: (request) => `/flows/${requestId(traffic.name, request)}`,
    upToOf: (index) => index + 1, // so many hops are counted
  });
}

async function watchFlow(
  observer: ObserverProcess,
  crowd: TrafficProcess,
  walker: TrafficProcess,
  plan: Plan,
): Promise<Latencies> {
  const steps = STEPS_PER_SECOND * plan.screenSeconds;
  const walk = {
    name: 'walk',
    requests: 1,
    messages: steps,
    atOnce: 1,
    perSecond: STEPS_PER_SECOND,
    kind: 'casts',
  } as const;
  await walker.send({ ...walk, messages: 1 }); // else there is nothing to look at
  await using view = await openView(`${observer.url}/flows/${requestId(walk.name, 0)}`, 'watch-rows.js');
  await view.page.waitForTimeout(1_000); // drawn, and compiled
  const stopped = new AbortController();
  const following = followEnd(view.page, stopped.signal);
  const [sent] = await Promise.all([walker.send(walk), crowd.send(crowdFor('crowd', plan.screenSeconds))]);
  const seen = await painted(view.page);
  stopped.abort();
  await following;
  return latenciesOf(walk, sent, seen, { keyOf: () => 'step', upToOf: (index) => index });
}

/** Scrolls down as long as the flow grows, as one who follows it does. */
async function followEnd(page: Page, signal: AbortSignal): Promise<void> {
  await page.mouse.move(600, 500);
  while (!signal.aborted) {
    await page.mouse.wheel(0, 2_000);
    await page.waitForTimeout(200);
  }
}

/** What was painted until now and a second later. */
async function painted(page: Page): Promise<Painted> {
  await page.waitForTimeout(1_000);
  return (await page.evaluate('painted')) as Painted; // see in-page/watch-rows.js
}
