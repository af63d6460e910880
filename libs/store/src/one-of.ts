import { type RawBuilder, sql } from 'kysely';
import type { Session } from './session.ts';

/**
 * `in (…)` over any number of texts, given as one argument: one prepared statement whatever the number, and no limit on it.
 * The argument is `listOf(texts)`.
 */
export function oneOf(kind: Session['kind'], column: string, list: string): RawBuilder<boolean> {
  return kind === 'sqlite'
    ? sql<boolean>`${sql.ref(column)} in (select value from json_each(${list}))`
    : sql<boolean>`${sql.ref(column)} in (select jsonb_array_elements_text(cast(${list} as jsonb)))`;
}

export function listOf(texts: readonly string[]): string {
  return JSON.stringify(texts);
}
