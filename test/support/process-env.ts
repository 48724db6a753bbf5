import { inject } from 'vitest';

/**
 * The environment of a program that a test starts: where programs are, and where Node keeps the code that it has compiled.
 * With that, the hundredth start costs half of the first.
 */
export const processEnv = (): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  NODE_COMPILE_CACHE: inject('compiledCode'),
});
