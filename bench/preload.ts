/**
 * Loaded before each measured server (`node --import`). It ends the server together with the benchmark, and replaces argon2
 * by password-stub.ts unless PASSWORD_HASHING is `on`.
 */
import { registerHooks } from 'node:module';

process.once('disconnect', () => process.exit());

if (process.env.PASSWORD_HASHING !== 'on') {
  const stub = new URL('password-stub.ts', import.meta.url).href;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === '@node-rs/argon2' ? { url: stub, shortCircuit: true } : next(specifier, context),
  });
}
