import type { Migration } from '../migrate.ts';

/** Who has locked an instance. */
export const locks: Migration = {
  name: '0002-locks',
  statements: ({ text }) => [`alter table instances add column locked_by ${text}`],
};
