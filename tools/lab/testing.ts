import { describe, expect, test } from 'vitest';
import { check } from './check.ts';
import type { Lesson, Question } from './lesson.ts';
import type { LessonBrokerKind } from './lesson-broker.ts';
import { startLessonCloud } from './lesson-cloud.ts';
import { readLessonText } from './lesson-text.ts';
import { runLesson } from './run-lesson.ts';
import type { Scene } from './scene.ts';

/**
 * Tests a lesson: its text, and that the trace of a real cloud shows the answers which an experienced learner would give. Any
 * other answer is found wrong, and told why.
 */
export function testLesson(
  lesson: Lesson,
  expected: readonly string[],
  { broker = 'embedded' }: { readonly broker?: LessonBrokerKind } = {},
): void {
  describe(`lesson ${lesson.number}, ${lesson.slug}, broker ${broker}`, () => {
    test('its text has every part, and each question word for word', () => {
      const { title, predicts } = readLessonText(lesson);
      expect(title).toMatch(new RegExp(`^Lab ${lesson.number}: `));
      for (const { ask } of lesson.questions) expect(predicts.replace(/\s+/g, ' ')).toContain(ask);
    });

    test('played on a real cloud, the trace shows what its text says', { timeout: 120_000 }, async ({ skip }) => {
      const lack = await lesson.needs?.lack();
      if (lack !== undefined && !isRequired(lesson.needs?.name)) skip(lack);
      expect(lack).toBeUndefined();
      await using cloud = await startLessonCloud({ lesson, broker, apiPort: 0, observerPort: 0 });
      const said: string[] = [];
      const answerOf = (question: Question) => expected[lesson.questions.indexOf(question)] ?? '';
      const learner = { say: (text: string) => void said.push(text), ask: async (asked: Question) => answerOf(asked) };
      const scenes: Scene[] = [];
      const play: Lesson['play'] = async (...args) => {
        const scene = await lesson.play(...args);
        scenes.push(scene);
        return scene;
      };
      const verdicts = await runLesson({ ...lesson, play }, cloud, learner);
      expect(verdicts.map(({ right }) => right)).toEqual(expected);
      expect(verdicts.every(({ isRight }) => isRight)).toBe(true);
      expect(said.join('\n')).toContain(`${cloud.observerUrl}/flows/req-`);

      for (const scene of scenes) {
        for (const question of lesson.questions) {
          const { isRight, because } = check(question, wrongAnswerTo(question, answerOf(question)), scene);
          expect(isRight).toBe(false);
          expect(because).toMatch(/.{40,}\.$/);
        }
      }
    });
  });
}

function isRequired(name: string | undefined): boolean {
  return (process.env['NOVASIM_REQUIRE'] ?? '').split(',').some((word) => word.trim() === name);
}

function wrongAnswerTo({ choices = [] }: Question, right: string): string {
  return choices.find((choice) => choice !== right) ?? `not ${right}`;
}
