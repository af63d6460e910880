import { bootClassic, schedulerStartClassic } from '@novasim/flows';
import { diagramOf } from '@novasim/trace';
import { describe, expect, test } from 'vitest';
import { boot, recorded } from '../../test/recorded.ts';
import { shapeOf } from './arrow-shape.ts';
import { type PictureArrow, pictureOf } from './picture.ts';

const arrowsOf = (flow: typeof boot, width = 900) =>
  pictureOf(flow, diagramOf(flow), width).rows.filter((row): row is PictureArrow => row.row === 'arrow');

describe(pictureOf, () => {
  test.for([1280, 900, 390])('at %i px the lanes keep their order, their distance, and stay inside', (width) => {
    const { lanes, width: drawn } = pictureOf(boot, diagramOf(boot), width);
    const xs = lanes.map(({ x }) => x);

    expect(lanes.map(({ id }) => id)).toEqual(['api', 'scheduler', 'conductor', 'compute.compute1', 'network']);
    expect(xs).toEqual(xs.toSorted((a, b) => a - b));
    expect(Math.max(...xs)).toBeLessThan(drawn);
    expect(drawn).toBe(width);
  });

  test('a call has a bar on the lane that works on it, as long as it works', () => {
    const { bars, rows } = pictureOf(boot, diagramOf(boot), 900);
    const reply = rows.find((row): row is PictureArrow => row.row === 'arrow' && row.kind === 'reply');

    expect(bars).toHaveLength(boot.hops.filter(({ kind }) => kind === 'call').length);
    expect(bars[0]).toMatchObject({ end: reply?.y, x: reply?.x1, isOpen: false });
  });

  test('a call that nobody has answered yet has a bar to the end', () => {
    const waiting = recorded(bootClassic, 'req-1', { breaksAt: { index: 3, outcome: 'running', why: '' } });
    const { bars, height } = pictureOf(waiting, diagramOf(waiting), 900);

    expect(bars).toEqual([expect.objectContaining({ isOpen: true, end: height })]);
  });
});

describe(shapeOf, () => {
  const shapes = (flow: typeof boot) => arrowsOf(flow).map((arrow) => shapeOf(arrow, 900));

  test('a call is solid with a full head, its reply dashed with an open one and the time it took', () => {
    const arrows = arrowsOf(boot);
    const call = arrows.findIndex(({ kind }) => kind === 'call');

    expect(shapes(boot)[call]).toMatchObject({ tone: 'call', isDashed: false, isHeadFull: true });
    expect(shapes(boot)[call + 1]).toMatchObject({ tone: 'reply', isDashed: true, isHeadFull: false, text: '2 ms' });
  });

  test('a cast has an open head', () => {
    expect(shapes(boot)[0]).toMatchObject({ tone: 'cast', isDashed: false, isHeadFull: false, text: 'run_instance' });
  });

  test('a fanout is fanned: one line and one head for each copy', () => {
    const [fanout] = shapes(recorded(schedulerStartClassic));

    expect(fanout?.lines).toHaveLength(2);
    expect(new Set(fanout?.heads).size).toBe(2);
  });

  test.for([
    ['lost', 'cross', 'failure', 'build_and_run_instance · lost'],
    ['timed out', 'cross', 'failure', 'build_and_run_instance · timed out'],
    ['queued', 'box', 'cast', 'build_and_run_instance · waits in the queue'],
  ] as const)('what is %s does not reach the lane, and says so in words', ([outcome, sign, tone, text]) => {
    const flow = recorded(bootClassic, 'req-1', { breaksAt: { index: 2, outcome, why: '' } });
    const last = arrowsOf(flow).at(-1);

    expect(last && shapeOf(last, 900)).toMatchObject({ tone, text, heads: [], end: { sign } });
    expect(last && shapeOf(last, 900).end?.x).toBeLessThan(last?.x2 ?? 0);
  });

  test('a long label of the outermost lanes stays inside a narrow picture', () => {
    for (const arrow of arrowsOf(boot, 390)) {
      const { text, textX } = shapeOf(arrow, 390);
      expect(textX - text.length * 3.2).toBeGreaterThanOrEqual(0);
      expect(textX + text.length * 3.2).toBeLessThanOrEqual(390);
    }
  });
});
