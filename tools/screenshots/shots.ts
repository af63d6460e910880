import type { openChromium } from '@novasim/testkit/browser';
import type { Scene } from './scene.ts';

type Page = Awaited<ReturnType<Awaited<ReturnType<typeof openChromium>>['newPage']>>;

/** One picture: which page, and what must be on it before it is taken. */
export interface Shot {
  /** Of the file, without theme and ending. */
  readonly name: string;
  readonly path: string;
  readonly shows: string | RegExp;
  /** What a person does on the page first. */
  before?(page: Page): Promise<void>;
  readonly height?: number;
}

/** Every page once, and the first lesson of the labs step by step. */
export function shotsOf({ boot, reschedule }: Scene): readonly Shot[] {
  return [
    { name: 'flows', path: '/flows', shows: 'POST /servers' },
    { name: 'flow', path: `/flows/${boot}`, shows: 'active/-', before: (page) => step(page, 3), height: 1000 },
    { name: 'compare', path: `/compare/${boot}/${reschedule}`, shows: 'build_and_run_instance', height: 1000 },
    { name: 'bus', path: '/bus', shows: 'scheduler_fanout' },
    { name: 'cloud', path: '/cloud', shows: 'compute3' },
    { name: 'lab', path: '/lab', shows: 'build_and_run_instance' },
    { name: 'lab-1-list', path: '/flows', shows: 'POST /servers', height: 420 },
    { name: 'lab-1-cast', path: `/flows/${boot}`, shows: 'active/-', before: (page) => step(page, 1), height: 760 },
    { name: 'lab-1-call', path: `/flows/${boot}`, shows: 'active/-', before: (page) => step(page, 8), height: 760 },
  ];
}

/** Walks so many messages into a flow. */
async function step(page: Page, times: number): Promise<void> {
  for (let taken = 0; taken < times; taken += 1) await page.keyboard.press('j');
  await page.getByRole('complementary', { name: 'Message' }).waitFor();
}
