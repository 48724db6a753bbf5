import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** Faults under load, which take minutes: `npm run test:faults`. One file after the other, because each needs the machine. */
const merged = mergeConfig(base, defineConfig({ test: { maxWorkers: 1 } }));
export default { ...merged, test: { ...merged.test, include: ['test/faults/**/*.test.ts'], exclude: [] } };
