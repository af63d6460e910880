import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { busEventsOf, readRecordings, requestIdOf } from './golden-recordings.ts';
import { draw } from './readme/draw.ts';
import { NOON } from './tap.ts';

test('the README shows its example as it is tested', () => {
  const [readme, example] = ['../README.md', 'readme/draw.ts'].map((path) =>
    readFileSync(new URL(path, import.meta.url), 'utf8'),
  );
  expect(readme).toContain(`\`\`\`ts\n${example?.trim()}\n\`\`\``);
});

test('the example of the README draws a boot', () => {
  const boot = readRecordings().find(({ operation }) => operation === 'boot-1');
  if (boot === undefined) throw new Error('it was recorded');
  const drawn = draw(busEventsOf(boot, NOON), requestIdOf(boot, 'req-1'), NOON + 1_000);
  expect(drawn).toContain('participant p3 as compute.compute2');
  expect(drawn).toContain('p1-)p3: build_and_run_instance');
});
