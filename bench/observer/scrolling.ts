import { bound } from '../rpc/bounds.ts';
import type { Figures } from '../rpc/report.ts';
import { quantile } from '../statistics.ts';
import type { OpenBus } from './buses.ts';
import { startObserverProcess } from './observer-process.ts';
import type { Plan } from './plan.ts';
import { startTraffic } from './traffic.ts';
import { requestId } from './traffic-protocol.ts';
import { openView } from './view.ts';

const HOPS = 10_000;
/** One flow may have a quarter of the budget: at the default this one would lose its older half. */
const BUDGET_MB = '160';
const FRAME_MS = 1_000 / 60;
/** A frame later than this was not drawn in its turn; timers of the page are that exact. */
const TOLERANCE_MS = 4;
/** A hand in a hurry: a third of the flow in ten seconds. */
const NOTCH_PX = 400;
const NOTCHES_A_SECOND = 30;

/** Frames while somebody scrolls by wheel through a flow of ten thousand hops. */
export async function measureScrolling(openBus: OpenBus, plan: Plan): Promise<Figures> {
  await using bus = await openBus();
  await using observer = await startObserverProcess(bus, { OBSERVER_BUDGET_MB: BUDGET_MB });
  await using traffic = await startTraffic(bus.url);
  plan.say(`scrolling ${HOPS} hops`);
  const flow = { name: 'long', requests: 1, atOnce: 1, perSecond: 3_000, kind: 'calls' } as const;
  await traffic.send({ ...flow, messages: HOPS });
  await observer.seen(HOPS);
  await using view = await openView(`${observer.url}/flows/${requestId(flow.name, 0)}`, 'watch-frames.js');
  const { page } = view;
  await page.getByRole('button', { name: /^build_instances/ }).waitFor();
  await page.mouse.move(500, 500);
  await page.mouse.wheel(0, NOTCH_PX); // compiled before it is measured

  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable');
  const workMs = async () => {
    const { metrics } = await cdp.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1_000;
  };
  const frames = async () => (await page.evaluate('frames()')) as readonly number[]; // see in-page/watch-frames.js
  await frames();
  const workBefore = await workMs();
  const beganMs = performance.now();
  for (let notch = 0; notch < plan.scrollSeconds * NOTCHES_A_SECOND; notch += 1) {
    await page.mouse.wheel(0, NOTCH_PX);
    await page.waitForTimeout(Math.max(0, beganMs + (notch + 1) * (1_000 / NOTCHES_A_SECOND) - performance.now()));
  }
  const times = await frames();
  const workAFrame = ((await workMs()) - workBefore) / times.length;
  const inTurn = times.filter((ms) => ms <= FRAME_MS + TOLERANCE_MS).length / times.length;
  const perSecond = times.length / (times.reduce((sum, ms) => sum + ms, 0) / 1_000);
  const scrolled = (await page.evaluate(
    'document.querySelector(\'section[aria-label="Sequence diagram"]\').scrollTop',
  )) as number; // a number of pixels

  return {
    bounds: [
      bound(`frames a second while ${HOPS} hops are scrolled`, '≥', 59, [perSecond], { digits: 1 }),
      bound('work of the page a frame meanwhile, mean', '≤', FRAME_MS, [workAFrame], { unit: ' ms', digits: 1 }),
    ],
    sections: [
      {
        title: `Scrolling ${HOPS.toLocaleString('en')} hops, ${NOTCHES_A_SECOND} notches of the wheel a second`,
        columns: ['what', 'measured'],
        rows: [
          ['frames', String(times.length)],
          ['frames a second', perSecond.toFixed(1)],
          [`frames within ${(FRAME_MS + TOLERANCE_MS).toFixed(1)} ms`, `${(inTurn * 100).toFixed(1)} %`],
          ['between two frames, p50 ms', quantile(times, 0.5).toFixed(1)],
          ['between two frames, p95 ms', quantile(times, 0.95).toFixed(1)],
          ['between two frames, longest ms', Math.max(...times).toFixed(0)],
          ['work of the page a frame, mean ms', workAFrame.toFixed(1)],
          ['scrolled, pixels', scrolled.toFixed(0)],
        ],
      },
    ],
  };
}
