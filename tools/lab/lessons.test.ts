import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readLessonText, textFile } from './lesson-text.ts';
import { LESSONS } from './lessons.ts';

const texts = new URL('../../docs/labs/', import.meta.url);
const nameOf = (url: URL) => fileURLToPath(url).split('/').at(-1) ?? '';

test('every text and every test has its lesson, and the numbers run without a gap', () => {
  const files = LESSONS.map((lesson) => nameOf(textFile(lesson)));
  expect(
    readdirSync(texts)
      .filter((name) => /^\d\d-.*\.md$/.test(name))
      .toSorted(),
  ).toEqual(files);
  const tests = readdirSync(new URL('lessons/', import.meta.url)).filter((name) => name.endsWith('.test.ts'));
  expect(tests.toSorted()).toEqual(files.map((name) => name.replace(/\.md$/, '.test.ts')));
  expect(LESSONS.map(({ number }) => number)).toEqual(LESSONS.map((_, nth) => nth + 1));
});

test('the list of lessons names each with its title', () => {
  const list = readFileSync(new URL('README.md', texts), 'utf8');
  for (const lesson of LESSONS) {
    const title = readLessonText(lesson).title.replace(/^Lab \d+: /, '');
    expect(list).toContain(`| ${lesson.number} | [${title}](${nameOf(textFile(lesson))}) |`);
  }
});
