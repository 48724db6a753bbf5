/** Every address that there is, from the lists of those who answer them, asked by every method. */
import type Router from '@koa/router';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../../src/config/index.ts';
import { engineRoutes } from '../../../src/oidc/patches/methods.ts';
import { operations } from '../../../src/web/admin-api/table.ts';
import { pageRouters, type RouterDeps } from '../../../src/web/routers.ts';
import { type Answer, send } from '../../bad-input/wire.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ demo: true });
});
afterAll(() => server.stop());

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'];

/** The routers as the server builds them; their lists are read, and nobody is answered by these. */
const routers: readonly Router[] = pageRouters({
  config: readConfig({ DATABASE_URL: 'postgres://localhost/none', SECRETS: 'x'.repeat(32) }),
  demoApi: () => {},
} as unknown as RouterDeps);

/** Address → the methods that somebody answers there. */
const known = new Map<string, Set<string>>();
const note = (path: string, ...names: string[]) => {
  known.set(path, new Set([...(known.get(path) ?? []), ...names]));
};
const concrete = (path: string) => path.replaceAll(/:\w+|\{\w+\}/g, 'x');
const withHead = (method: string) => (method === 'GET' ? ['GET', 'HEAD'] : [method]);

for (const router of routers) for (const { path, methods } of router.stack) note(concrete(String(path)), ...methods);
for (const [path, names] of Object.entries(engineRoutes)) note(path, ...names);
for (const { method, path } of operations) note(`/admin/v1${concrete(path)}`, ...withHead(method));
for (const path of ['/admin/v1/openapi.json', '/admin/v1/docs', '/.well-known/oauth-protected-resource/admin/v1']) {
  note(path, 'GET', 'HEAD');
}
for (const path of ['/healthz', '/readyz']) note(path, 'GET', 'HEAD');
// An address may be meant by several routes: one that ends with a name may also be the id of another.
for (const path of known.keys()) {
  for (const router of routers) for (const layer of router.match(path, 'GET').path) note(path, ...layer.methods);
  for (const { method, path: other } of operations) {
    const pattern = new RegExp(`^/admin/v1${other.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
    if (pattern.test(path)) note(path, ...withHead(method));
  }
}

it('are many, those of pages, engine and admin API among them', () => {
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

it('of the engine, are all that its metadata names', async () => {
  const metadata = await (await fetch(`${server.issuer}/.well-known/openid-configuration`)).json();
  const named = Object.entries<string>(metadata)
    .filter(([name]) => /_endpoint$|^jwks_uri$/.test(name))
    .map(([, address]) => new URL(address).pathname);
  expect(named.length).toBeGreaterThan(6);
  for (const path of named) expect(Object.keys(engineRoutes)).toContain(path);
});

describe.each([...known])('%s', (path, names) => {
  it(`knows ${[...names].join(', ')}: another method is 405 with Allow`, async () => {
    const allow = [...new Set([...names, 'OPTIONS'])].sort();
    for (const method of methods) {
      const answer = await send(server.issuer, { path, method });
      const said = `${method} ${answer.status} ${answer.text}`;
      if (method === 'OPTIONS') expect([answer.status, allowOf(answer)], said).toEqual([204, allow]);
      else if (!names.has(method)) expect([answer.status, allowOf(answer)], said).toEqual([405, allow]);
      else {
        expect(answer.status, said).not.toBe(405);
        expect(answer.status, said).toBeLessThan(500);
        // What is asked for by an id may be missing; an address without one is not.
        if (!path.split('/').includes('x')) expect(answer.text).not.toMatch(/There is nothing (at this address|here)/);
      }
    }
  });

  it('has nothing below it that nobody knows, by any method', async () => {
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
