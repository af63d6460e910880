import { describe, expect, test } from 'vitest';
import { busEventsOf, readRecordings } from '../../test/golden-recordings.ts';
import { NOON, Tap } from '../../test/tap.ts';
import { TraceStore } from '../trace-store.ts';
import type { Diagram, DiagramOptions } from './diagram.ts';
import { diagramOf } from './diagram-of.ts';
import { toJson } from './to-json.ts';
import { toMermaid } from './to-mermaid.ts';
import { toPlantUml } from './to-plantuml.ts';
import { toSvg } from './to-svg.ts';

/** A call that is answered, a cast that is lost, a fanout to two, a state. */
function drawn(options?: DiagramOptions): Diagram {
  const tap = new Tap();
  tap.state(
    0,
    { a: 'nova-api:1:x', k: 'nova-conductor:2:x', s: 'nova-scheduler:3:x', t: 'nova-scheduler:4:x' },
    {
      'scheduler.s1': ['s'],
      'scheduler.s2': ['t'],
      scheduler_fanout_1: ['s'],
      scheduler_fanout_2: ['t'],
    },
  );
  tap.deliver(tap.ask({ at: 0, by: 'a', to: 'conductor', method: 'instance_update', msg_id: 'm' }), { at: 4, to: 'k' });
  tap.answer({ at: 10, by: 'k', to: 'a', msg_id: 'm' });
  tap.ask({ at: 500, by: 'a', to: 'compute.h9', method: 'stop_instance', queues: [] });
  const queues = ['scheduler_fanout_1', 'scheduler_fanout_2'];
  tap.ask({ at: 2_000, by: 'k', to: 'scheduler_fanout', method: 'update', queues });
  const payload = { instance_id: 'i', state: 'active', new_task_state: null };
  tap.notify({ at: 2_001, by: 'k', event_type: 'compute.instance.update', payload });
  return diagramOf(tap.flow(3_000), options);
}

describe(diagramOf, () => {
  test('lanes from left to right as they come in, rows from top to bottom', () => {
    const { lanes, rows, width, height } = drawn();
    expect(lanes.map(({ id }) => id)).toEqual(['api', 'conductor', 'compute.h9', 'scheduler.s1', 'scheduler.s2']);
    expect(rows.map((row) => (row.row === 'arrow' ? `${row.kind} ${row.label}` : row.text))).toEqual([
      'call instance_update',
      'reply instance_update answered',
      'cast stop_instance',
      'fanout update ×2',
      'active/-',
    ]);
    for (const sizes of [lanes.map(({ x }) => x), rows.map(({ y }) => y)]) {
      expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    }
    expect(width).toBeGreaterThan(lanes.at(-1)?.x ?? 0);
    expect(height).toBeGreaterThan(rows.at(-1)?.y ?? 0);
  });

  test('to scale, rows are as far apart as their times, and never on one another', () => {
    const ys = drawn({ time: 'scale' }).rows.map(({ y }) => y);
    const gaps = ys.slice(1).map((y, index) => y - (ys[index] ?? 0));
    expect(gaps).toEqual([36, expect.any(Number), 600, 36]);
  });

  test('with queues as lanes, a message goes into one and comes out of it', () => {
    const { lanes, rows } = drawn({ showsQueues: true });
    expect(lanes.filter(({ kind }) => kind === 'queue').map(({ label }) => label)).toEqual(['conductor', 'reply_a']);
    expect(rows.slice(0, 2)).toMatchObject([
      { from: 'api', to: 'queue conductor', t_ms: 0 },
      { from: 'queue conductor', to: 'conductor', t_ms: 4 },
    ]);
  });

  test('what is hidden is not there, nor lanes that are then bare', () => {
    const { lanes, rows } = drawn({ hiddenKinds: ['fanout', 'cast', 'notification'] });
    expect(lanes.map(({ id }) => id)).toEqual(['api', 'conductor']);
    expect(rows).toHaveLength(3);
    expect(drawn({ hidden: new Set([2]) }).rows).toHaveLength(4);
  });

  test('a width is kept where the lanes have room in it', () => {
    const { lanes, width } = drawn({ width: 1_200 });
    expect(width).toBe(1_200);
    expect(lanes.at(-1)?.x).toBe(1_090);
  });
});

test('Mermaid: solid calls, dashed replies, open casts, crosses for what is lost', () => {
  expect(toMermaid(drawn())).toBe(`sequenceDiagram
  title conductor.instance_update
  participant p0 as api
  participant p1 as conductor
  participant p2 as compute.h9
  participant p3 as scheduler.s1
  participant p4 as scheduler.s2
  p0->>p1: instance_update
  p1-->>p0: instance_update answered
  p0-xp2: stop_instance
  Note over p0: lost: not routed: no queue is bound for #96;compute.h9#96; on exchange #96;nova#96;
  p1-)p3: update ×2
  p1-)p4: update ×2
  Note over p1: active/-
`);
});

test('PlantUML: the same in its own words', () => {
  const text = toPlantUml(drawn({ showsQueues: true }));
  expect(text).toMatch(
    /^@startuml\ntitle conductor\.instance_update\nparticipant "api" as p0\nqueue "conductor" as p1\n/,
  );
  expect(text).toContain('p0 -> p1 : instance_update\n');
  expect(text).toContain(' ->x ');
  expect(text).toContain('hnote over ');
  expect(text.endsWith('@enduml\n')).toBe(true);
});

test('JSON is the diagram', () => {
  expect(JSON.parse(toJson(drawn()))).toEqual(drawn());
});

describe(toSvg, () => {
  test('needs nothing from elsewhere and runs nothing', () => {
    const svg = toSvg(drawn());
    expect(svg).not.toMatch(/<script|<image|<use|<foreignObject|url\(|@import|\son\w+=/);
    expect(svg.match(/https?:[^"']*/g)).toEqual(['http://www.w3.org/2000/svg']);
  });

  test('says what failed in words, too', () => {
    expect(toSvg(drawn())).toContain('>lost</text>');
  });

  test('follows the eye, or a theme', () => {
    expect(toSvg(drawn())).toContain('prefers-color-scheme:dark');
    expect(toSvg(drawn(), { theme: 'dark' })).not.toContain('prefers-color-scheme');
    expect(toSvg(drawn(), { theme: 'light' })).toContain('--paper:#fcfbf8');
  });
});

describe('what a stranger wrote', () => {
  const NASTY = 'a;b#c <script>"&\'%% `__x__` \\n //y// end\u0000\ud800 ]]>';

  function strange(): Diagram {
    const tap = new Tap();
    tap.ask({ at: 0, by: 'a', to: `topic.${NASTY}`, method: NASTY, queues: [] });
    return diagramOf(tap.flow(1));
  }

  test('is no markup of Mermaid', () => {
    const lines = toMermaid(strange()).split('\n');
    expect(lines).toHaveLength(7);
    for (const line of lines) expect(line.replace(/#\d+;/g, '')).not.toMatch(/[#;<>"%`\\]|[^-]>/);
  });

  test('is no markup of PlantUML', () => {
    const text = toPlantUml(strange());
    expect(text.split('\n')).toHaveLength(8);
    expect(text.replace(/<U\+[0-9A-F]{4}>/g, '').replace(/^.*->x/gm, '')).not.toMatch(/[\\<>~]|__|\/\//);
  });

  test('is text in SVG', () => {
    const svg = toSvg(strange());
    expect(svg).not.toContain('<script');
    expect(svg).not.toMatch(/&(?!#\d+;)/);
    expect(svg.isWellFormed()).toBe(true);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is looked for
    expect(svg).not.toMatch(/\u0000/);
  });
});

test('every operation that was recorded can be drawn', () => {
  for (const recording of readRecordings()) {
    const store = new TraceStore();
    for (const event of busEventsOf(recording, NOON)) store.add(event);
    for (const { request_id } of store.flows({ limit: 1_000 }, NOON)) {
      const flow = store.flow(request_id, NOON + 60_000);
      if (flow === undefined) throw new Error(`${request_id} was listed`);
      const { rows, lanes } = diagramOf(flow);
      const shown = flow.hops.filter(({ kind }) => kind !== 'notification');
      expect(rows.filter(({ row }) => row === 'arrow')).toHaveLength(shown.length);
      expect(lanes.map(({ id }) => id)).not.toContain('?');
    }
  }
});
