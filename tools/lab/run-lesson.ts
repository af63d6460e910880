import { check, letterOf, type Verdict } from './check.ts';
import type { Lesson, Question } from './lesson.ts';
import type { LessonCloud } from './lesson-cloud.ts';
import { type LessonText, readLessonText } from './lesson-text.ts';

/** Who takes the lesson: a person at a terminal, or a test. */
export interface Learner {
  say(text: string): void;
  /** Resolves with what was typed. */
  ask(question: Question): Promise<string>;
}

/** Takes a learner through a lesson: what is done, what they expect, then what the trace shows. Answers how it went. */
export async function runLesson(lesson: Lesson, cloud: LessonCloud, learner: Learner): Promise<readonly Verdict[]> {
  const text: LessonText = readLessonText(lesson);
  learner.say(`${text.title}\n\n${text.does}\n`);
  const answers: string[] = [];
  for (const [nth, question] of lesson.questions.entries()) {
    learner.say(`${nth + 1}. ${shown(question)}`);
    answers.push(await learner.ask(question));
  }

  learner.say('');
  const scene = await lesson.play(cloud, (line) => learner.say(`  ${line}`));
  learner.say('');
  const verdicts = lesson.questions.map((question, nth) => check(question, answers[nth] ?? '', scene));
  for (const [nth, { isRight, right, because }] of verdicts.entries()) {
    learner.say(`${nth + 1}. ${isRight ? 'Right' : `Not quite, it is “${right}”`}. ${because}`);
  }
  learner.say(`\n${text.shows}\n`);
  for (const [name, { request_id }] of Object.entries(scene.flows)) {
    learner.say(`The picture (${name}): ${cloud.observerUrl}/flows/${request_id}`);
  }
  return verdicts;
}

function shown({ ask, choices = [] }: Question): string {
  return [ask, ...choices.map((choice, nth) => `   ${letterOf(nth)}) ${choice}`)].join('\n');
}
