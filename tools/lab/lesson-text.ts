import { readFileSync } from 'node:fs';
import type { Lesson } from './lesson.ts';

/** A lesson's text in its parts, Markdown. */
export interface LessonText {
  readonly title: string;
  /** What will be done. */
  readonly does: string;
  /** What to expect, and the questions. */
  readonly predicts: string;
  /** What the picture shows. */
  readonly shows: string;
}

/** Where a lesson's text is. */
export function textFile({ number, slug }: Pick<Lesson, 'number' | 'slug'>): URL {
  return new URL(`../../docs/labs/${String(number).padStart(2, '0')}-${slug}.md`, import.meta.url);
}

/** @throws when a part is missing: every lesson has a title, `## Do`, `## Predict` and `## The picture`. */
export function readLessonText(lesson: Pick<Lesson, 'number' | 'slug'>): LessonText {
  const file = textFile(lesson);
  const [head = '', ...parts] = readFileSync(file, 'utf8').split(/^## /m);
  const part = (name: string): string => {
    const found = parts.find((text) => text.startsWith(`${name}\n`));
    if (found === undefined) throw new Error(`${file.pathname} has no part "## ${name}"`);
    return found.slice(name.length).trim();
  };
  const [, title = ''] = /^# (.+)$/m.exec(head) ?? [];
  return { title, does: part('Do'), predicts: part('Predict'), shows: part('The picture') };
}
