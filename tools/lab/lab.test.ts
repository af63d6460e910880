import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Question } from './lesson.ts';
import { startLessonCloud } from './lesson-cloud.ts';
import { readLessonText, textFile } from './lesson-text.ts';
import { LESSONS } from './lessons.ts';
import { runLesson } from './run-lesson.ts';

/** What an experienced learner answers, by lesson. */
const EXPECTED: Readonly<Record<number, readonly string[]>> = {
  1: ['before: the api has only passed it on', '3', 'a call to network'],
};

describe.for(LESSONS.map((lesson) => [`${lesson.number}, ${lesson.slug}`, lesson] as const))(
  'lesson %s',
  ([, lesson]) => {
    test('its text has every part, and each question word for word', () => {
      const { title, predicts } = readLessonText(lesson);
      expect(title).toMatch(new RegExp(`^Lab ${lesson.number}: `));
      for (const { ask } of lesson.questions) expect(predicts.replace(/\s+/g, ' ')).toContain(ask);
    });

    test('played on a real cloud, the trace shows what its text says', { timeout: 120_000 }, async () => {
      const expected = EXPECTED[lesson.number] ?? [];
      await using cloud = await startLessonCloud({
        apiPort: 0,
        observerPort: 0,
        ...(lesson.env && { env: lesson.env }),
      });
      const said: string[] = [];
      const answerOf = (question: Question) => expected[lesson.questions.indexOf(question)] ?? '';
      const learner = { say: (text: string) => void said.push(text), ask: async (asked: Question) => answerOf(asked) };
      const verdicts = await runLesson(lesson, cloud, learner);
      expect(verdicts.map(({ right }) => right)).toEqual(expected);
      expect(verdicts.every(({ isRight }) => isRight)).toBe(true);
      expect(said.join('\n')).toContain(`${cloud.observerUrl}/flows/req-`);
    });
  },
);

test('every text has its lesson, and the numbers run without a gap', () => {
  const texts = readdirSync(new URL('../../docs/labs/', import.meta.url)).filter((name) => /^\d\d-.*\.md$/.test(name));
  const files = LESSONS.map((lesson) => fileURLToPath(textFile(lesson)).split('/').at(-1));
  expect(texts.toSorted()).toEqual(files);
  expect(LESSONS.map(({ number }) => number)).toEqual(LESSONS.map((_, nth) => nth + 1));
});

test('the list of lessons in docs/labs names each with its title', () => {
  const list = readFileSync(new URL('../../docs/labs/README.md', import.meta.url), 'utf8');
  for (const lesson of LESSONS) {
    const file = fileURLToPath(textFile(lesson)).split('/').at(-1);
    expect(list).toContain(`[${readLessonText(lesson).title.replace(/^Lab \d+: /, '')}](${file})`);
  }
});
