import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** One run for the whole house: unit tests beside their subject, tests that need a broker or a database in `test/`. */
export default defineConfig({
  test: {
    include: ['{apps,libs}/*/{src,test}/**/*.test.ts', 'tools/**/*.test.ts'],
    globalSetup: ['libs/testkit/src/global-setup.ts', 'libs/testkit/src/global-setup-databases.ts'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // Most tests wait for a broker, a database or a browser: a core is left over beside each of them.
    maxWorkers: Math.max(2, availableParallelism()),
  },
});
