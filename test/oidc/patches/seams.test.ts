/**
 * The places in the engine that our patches rely on (docs/engine.md). After an upgrade this test shows which have
 * moved, before a patch that no longer patches anything goes unnoticed.
 */
import { readdirSync, readFileSync } from 'node:fs';
import Provider from 'oidc-provider';
import { describe, expect, it } from 'vitest';

const provider = new Provider('http://localhost:3000', {
  cookies: { keys: ['a key'] },
  features: { devInteractions: { enabled: false } },
});
const inside = provider as unknown as Record<string, { prototype: Record<string, unknown> } & Record<string, unknown>>;

describe('a method that a patch replaces or wraps', () => {
  it.each<[model: string, method: string]>([
    ['Client', 'compareClientSecret'],
    ['Client', 'grantTypeAllowed'],
    ['AuthorizationCode', 'consume'],
    ['RefreshToken', 'generateTokenId'],
  ])('exists: %s.prototype.%s', (model, method) => {
    expect(inside[model]?.prototype[method]).toBeTypeOf('function');
  });

  it.each<[model: string, method: string]>([
    ['Client', 'find'],
    ['IdToken', 'validate'],
    ['ReplayDetection', 'unique'],
  ])('exists: %s.%s', (model, method) => {
    expect(inside[model]?.[method]).toBeTypeOf('function');
  });

  it('the context assigns `params`, so that an accessor on its prototype sees every assignment', () => {
    expect(Object.getOwnPropertyDescriptor(inside.OIDCContext?.prototype, 'params')).toBeUndefined();
    const source = readFileSync(
      new URL('../../../node_modules/oidc-provider/lib/shared/assemble_params.js', import.meta.url),
    );
    expect(String(source)).toMatch(/ctx\.oidc\.params = /);
  });

  it('response modes are registered by a method that a subclass can override', () => {
    expect(Provider.prototype.registerResponseMode).toBeTypeOf('function');
  });
});

it('the document names the version that is installed', () => {
  const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
  const { version } = JSON.parse(read('node_modules/oidc-provider/package.json'));
  expect(read('docs/engine.md')).toContain(`oidc-provider **${version}**`);
  expect(JSON.parse(read('package.json')).dependencies['oidc-provider']).toBe(version);
});

it('every patch has its row in the document', () => {
  const document = readFileSync(new URL('../../../docs/engine.md', import.meta.url), 'utf8');
  const patches = readdirSync(new URL('../../../src/oidc/patches/', import.meta.url)).filter((name) =>
    name.endsWith('.ts'),
  );
  expect(patches.length).toBeGreaterThan(10);
  for (const name of patches) expect(document).toContain(`| \`${name.slice(0, -3)}\` |`);
});
