import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

/**
 * Six months, a year, and a real Citus cluster, whose addresses are in CITUS_NODES: `npm run test:scale`. docs/scale.md says how to make one.
 * Each file has a process of its own, because one moves the clock of its process.
 */
const merged = mergeConfig(
  base,
  defineConfig({ test: { testTimeout: 300_000, hookTimeout: 600_000, maxWorkers: 1, isolate: true } }),
);
export default { ...merged, test: { ...merged.test, include: ['test/scale/**/*.test.ts'], exclude: [] } };
