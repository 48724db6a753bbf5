import { defineConfig } from 'vitest/config';

/** Real PostgreSQL, real HTTP, a real browser: slow starts are allowed for, slow code is not measured here. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
