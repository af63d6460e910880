import { openPostgresDoor } from './postgres-door.ts';

/** Run by Vitest once before all tests, and what it returns once after them. PostgreSQL starts when the first test asks for it. */
export default async function setup(): Promise<() => Promise<void>> {
  const door = await openPostgresDoor(process.env);
  process.env['NOVASIM_TESTKIT_POSTGRES_DOOR'] = door.url;
  return async () => {
    await door[Symbol.asyncDispose]();
  };
}
