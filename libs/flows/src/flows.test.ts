import { describe, expect, test } from 'vitest';
import * as flows from './index.ts';

const ALL: readonly flows.Flow[] = [...flows.classicFlows, ...flows.modernFlows];

test('every flow is in the list of its era, once', () => {
  const exported = Object.values(flows).filter((door) => !Array.isArray(door));

  expect(new Set(ALL)).toEqual(new Set(exported));
  expect(ALL).toHaveLength(exported.length);
  expect(flows.classicFlows.map(({ era }) => era)).not.toContain('modern');
  expect(flows.modernFlows.map(({ era }) => era)).not.toContain('classic');
});

describe.each(ALL.map((flow) => [`${flow.name} (${flow.era})`, flow] as const))('%s', (_name, { hops }) => {
  test('says of every hop what happens, in one sentence', () => {
    for (const { says } of hops) expect(says).toMatch(/^[A-Z].+[^.]\.$/);
  });

  test('nobody speaks before somebody spoke to it', () => {
    const heard = new Set([hops[0]?.from]);
    for (const { from, to } of hops) {
      expect(heard).toContain(from);
      heard.add(to);
    }
  });

  test('a host that acts has been given the build before', () => {
    const given = new Set(hops.map(({ to_host }) => to_host));
    for (const { from_host, kind } of hops)
      if (from_host !== undefined && kind !== 'fanout') expect(given).toContain(from_host);
  });
});
