import type { Migration } from '../migrate.ts';
import { tables } from './0001-tables.ts';
import { locks } from './0002-locks.ts';

/** In the order they run. What stands here has run on somebody's database: add, never change. */
export const MIGRATIONS: readonly Migration[] = [tables, locks];
