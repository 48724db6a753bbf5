/** Every address that exists, from the lists of the routers that answer it, requested by every method. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineRoutes } from '../../../src/oidc/patches/methods.ts';
import { operations } from '../../../src/web/admin-api/table.ts';
import { type Answer, send } from '../../bad-input/wire.ts';
import { listedRouters } from '../../support/routers.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ demo: true });
});
afterAll(() => server.stop());

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'];

const routers = await listedRouters();

/** Address → the methods that it supports. */
const known = new Map<string, Set<string>>();
const note = (path: string, ...names: string[]) => {
  known.set(path, new Set([...(known.get(path) ?? []), ...names]));
};
const concrete = (path: string) => path.replaceAll(/:\w+|\{\w+\}/g, 'x');
const withHead = (method: string) => (method === 'GET' ? ['GET', 'HEAD'] : [method]);

for (const router of routers) {
  // A layer without methods is a middleware.
  const routes = router.stack.filter(({ methods }) => methods.length > 0);
  for (const { path, methods } of routes) note(concrete(String(path)), ...methods);
}
for (const [path, names] of Object.entries(engineRoutes)) note(path, ...names);
for (const { method, path } of operations) note(`/admin/v1${concrete(path)}`, ...withHead(method));
for (const path of ['/admin/v1/openapi.json', '/admin/v1/docs', '/.well-known/oauth-protected-resource/admin/v1']) {
  note(path, 'GET', 'HEAD');
}
for (const path of ['/healthz', '/readyz']) note(path, 'GET', 'HEAD');
// Several routes may match an address: one that ends in a name may also match an id.
for (const path of known.keys()) {
  for (const router of routers) for (const layer of router.match(path, 'GET').path) note(path, ...layer.methods);
  for (const { method, path: other } of operations) {
    const pattern = new RegExp(`^/admin/v1${other.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
    if (pattern.test(path)) note(path, ...withHead(method));
  }
}

it('the addresses include those of pages, engine and admin API', () => {
  expect(known.size).toBeGreaterThan(100);
  expect([...known.keys()]).toEqual(
    expect.arrayContaining([
      '/interaction/x/consent',
      '/playground/callback',
      '/oauth/token',
      '/admin/clients',
      '/admin/v1/clients/x/logo',
    ]),
  );
});

it('the addresses include all that the metadata of the engine names', async () => {
  const metadata = await (await fetch(`${server.issuer}/.well-known/openid-configuration`)).json();
  const named = Object.entries<string>(metadata)
    .filter(([name]) => /_endpoint$|^jwks_uri$/.test(name))
    .map(([, address]) => new URL(address).pathname);
  expect(named.length).toBeGreaterThan(6);
  for (const path of named) expect([...known.keys()]).toContain(path);
});

describe.each([...known])('%s', (path, names) => {
  it(`supports ${[...names].join(', ')}: another method gets 405 with Allow`, async () => {
    const allow = [...new Set([...names, 'OPTIONS'])].sort();
    for (const method of methods) {
      const answer = await send(server.issuer, { path, method });
      const said = `${method} ${answer.status} ${answer.text}`;
      if (method === 'OPTIONS') expect([answer.status, allowOf(answer)], said).toEqual([204, allow]);
      else if (!names.has(method)) expect([answer.status, allowOf(answer)], said).toEqual([405, allow]);
      else {
        expect(answer.status, said).not.toBe(405);
        expect(answer.status, said).toBeLessThan(500);
        // An id may not exist; an address without one does.
        if (!path.split('/').includes('x')) expect(answer.text).not.toMatch(/There is nothing (at this address|here)/);
      }
    }
  });

  it('has no unlisted address below it, by any method', async () => {
    for (const method of methods) {
      const { status, headers } = await send(server.issuer, {
        path: `${path.replace(/\/$/, '')}/no/such/thing`,
        method,
      });
      expect([status, headers.get('allow')], method).toEqual([404, null]);
    }
  });
});

function allowOf({ headers }: Answer): string[] | undefined {
  return headers.get('allow')?.split(', ').sort();
}
