import type { CloudSettings, LessonCloud } from './lesson-cloud.ts';
import type { Scene } from './scene.ts';

/**
 * One lesson. Its text is `docs/labs/NN-title.md`; here is what is played, and what is asked before it is. Right is what the
 * trace shows: no answer is written down.
 */
export interface Lesson extends CloudSettings {
  readonly number: number;
  /** As in the name of its text: `first-boot`. */
  readonly slug: string;
  /** What it cannot do without that not every machine has. */
  readonly needs?: Need;
  readonly questions: readonly Question[];
  /** Does what the text says, and waits until the picture is whole. */
  play(cloud: LessonCloud, say: Say): Promise<Scene>;
}

export interface Need {
  /** The word in `NOVASIM_REQUIRE` that makes its lack an error of the lesson's test; else the test is skipped. */
  readonly name: string;
  /** What is missing, and what to do about it; undefined: nothing. */
  lack(): Promise<string | undefined>;
}

/** Tells the learner what is happening, a line at a time. */
export type Say = (line: string) => void;

export interface Question {
  /** Stands word for word in the lesson's text. */
  readonly ask: string;
  /** To choose from; without them any text or number may be answered. */
  readonly choices?: readonly string[];
  /** The right answer: one of the choices, or a text or number, read from what travelled. @throws when the scene does not tell */
  answer(scene: Scene): string | number;
  /** Where the picture shows it, in a sentence or two. */
  because(scene: Scene): string;
}
