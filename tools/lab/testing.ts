import { describe, expect, test } from 'vitest';
import type { Lesson, Question } from './lesson.ts';
import { startLessonCloud } from './lesson-cloud.ts';
import { readLessonText } from './lesson-text.ts';
import { runLesson } from './run-lesson.ts';

/** Tests a lesson: its text, and that the trace of a real cloud shows the answers which an experienced learner would give. */
export function testLesson(lesson: Lesson, expected: readonly string[]): void {
  describe(`lesson ${lesson.number}, ${lesson.slug}`, () => {
    test('its text has every part, and each question word for word', () => {
      const { title, predicts } = readLessonText(lesson);
      expect(title).toMatch(new RegExp(`^Lab ${lesson.number}: `));
      for (const { ask } of lesson.questions) expect(predicts.replace(/\s+/g, ' ')).toContain(ask);
    });

    test('played on a real cloud, the trace shows what its text says', { timeout: 120_000 }, async () => {
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
  });
}
