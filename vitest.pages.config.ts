import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** Every page in every state and language, in a real browser, which takes minutes: `npm run test:pages`. */
const merged = mergeConfig(base, defineConfig({ test: { maxWorkers: 2 } }));
export default { ...merged, test: { ...merged.test, include: ['test/pages/**/*.test.ts'], exclude: [] } };
