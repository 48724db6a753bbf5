/**
 * Loaded before each measured server (`node --import`): ends it together with the benchmark, and unless PASSWORD_HASHING
 * is `on` puts password-stub.ts in the place of argon2.
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
