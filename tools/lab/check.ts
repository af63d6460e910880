import type { Question } from './lesson.ts';
import type { Scene } from './scene.ts';

export interface Verdict {
  readonly isRight: boolean;
  /** As a person reads it. */
  readonly right: string;
  readonly because: string;
}

/** Holds an answer against what the trace shows. A choice is answered by its letter or its words, a number by figure or word. */
export function check(question: Question, answer: string, scene: Scene): Verdict {
  const right = String(question.answer(scene));
  const { choices } = question;
  if (choices !== undefined && !choices.includes(right)) {
    throw new Error(
      `${JSON.stringify(right)} is what the trace shows, and none of the choices of ${JSON.stringify(question.ask)}`,
    );
  }
  const given = choices === undefined ? answer : (choiceOf(choices, answer) ?? answer);
  return { isRight: normal(given) === normal(right), right, because: question.because(scene) };
}

/** The choice that an answer means; undefined when it is none of them. */
export function choiceOf(choices: readonly string[], answer: string): string | undefined {
  const letter = choices.findIndex((_, nth) => letterOf(nth) === normal(answer));
  return choices[letter] ?? choices.find((choice) => normal(choice) === normal(answer));
}

/** `a` for the first choice. */
export function letterOf(nth: number): string {
  return 'abcdefghij'.charAt(nth);
}

function normal(text: string): string {
  const said = text.trim().replace(/\s+/g, ' ').toLowerCase();
  const number = NUMBERS.findIndex((words) => words.includes(said.replace(/ times$/, '')));
  return number === -1 ? said : String(number);
}

/** How people say 0, 1, 2 and so on when asked how many or how often. */
const NUMBERS: readonly (readonly string[])[] = [
  ['0', 'none', 'never', 'zero'],
  ['1', 'one', 'once'],
  ['2', 'two', 'twice', 'both'],
  ['3', 'three', 'thrice'],
  ['4', 'four'],
  ['5', 'five'],
  ['6', 'six'],
];
