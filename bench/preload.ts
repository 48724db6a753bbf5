/**
 * Loaded before each measured server (`node --import`). It ends the server together with the benchmark, and replaces argon2
 * by password-stub.ts unless PASSWORD_HASHING is `on`. With GROUP_COMMIT=off, each statement commits alone.
 */
import { registerHooks } from 'node:module';

process.once('disconnect', () => process.exit());

if (process.env.GROUP_COMMIT === 'off') {
  const { groupCommit } = await import('../src/store/batcher.ts');
  groupCommit.isOn = false;
}

if (process.env.PASSWORD_HASHING !== 'on') {
  const stub = new URL('password-stub.ts', import.meta.url).href;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === '@node-rs/argon2' ? { url: stub, shortCircuit: true } : next(specifier, context),
  });
}
