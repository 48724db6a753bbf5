import { defineConfig } from 'vitest/config';
import FileOrder from './test/support/file-order.ts';

/**
 * Real PostgreSQL, real HTTP, a real browser: slow starts are allowed for, slow code is not measured here. The files of a
 * worker share its modules, so that the server's code is loaded five times and not once a file; what a file changes of a
 * module it puts back. Tests wait as long as they work, so there are more than twice as many workers as the slowest machine has cores.
 */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Slow ones, with commands of their own (vitest.faults.config.ts, vitest.pages.config.ts, vitest.scale.config.ts).
    exclude: ['test/faults/**', 'test/pages/**', 'test/scale/**'],
    globalSetup: ['test/support/global-setup.ts'],
    reporters: ['default', './test/support/slowest-files.ts'],
    pool: 'forks',
    // Fewer collections of short-lived objects: memory that the workers have anyway.
    execArgv: ['--max-semi-space-size=64'],
    isolate: false,
    // Node loads the files itself, as in production. Nothing is transformed or mocked.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    sequence: { sequencer: FileOrder },
    maxWorkers: 5,
    // They end a run that hangs. No test of this suite has a shorter one, because a busy machine may be ten times slower than a good one.
    expect: { poll: { timeout: 300_000 } },
    testTimeout: 900_000,
    hookTimeout: 900_000,
  },
});
