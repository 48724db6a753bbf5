/** The examples of docs/gateway.md, run as they are printed. */
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import Router from '@koa/router';
import express from 'express';
import { Hono } from 'hono';
import Koa from 'koa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Guard } from '../../src/gateway/guard.ts';
import type { Verifier } from '../../src/gateway/verifier.ts';
import { readUsageReport } from '../../src/policy/usage.ts';
import { listUsageOfApp } from '../../src/store/app-usage.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { bearer } from './running-gateway.ts';
import { type Forge, forgeOf, gatewayCredentials } from './tokens.ts';

let server: TestServer;
let verifier: Verifier;
let forge: Forge;
let guard: Guard;
beforeAll(async () => {
  server = await startTestServer();
  forge = await forgeOf(server);
  const names = { ...gatewayCredentials(), token: await forge.token() };
  verifier = (await example('The verifier, in five lines', names)).verifier as Verifier;
  guard = (await example('Protecting an API in Node', { verifier })).guard as Guard;
});
afterAll(async () => {
  await verifier.close();
  await server.stop();
});

const exported = (path: string) =>
  `../../src/gateway/${path === 'gateway' ? 'verifier' : path.slice('gateway/'.length)}.ts`;

/** Runs the code under a heading, imports included, against this server. Returns what it declares. */
async function example(heading: string, names: Record<string, unknown>): Promise<Record<string, unknown>> {
  const text = readFileSync(new URL('../../docs/gateway.md', import.meta.url), 'utf8');
  const [, code] = new RegExp(`^#+ ${heading}\\n[^#]*?\`\`\`[jt]s\\n([^]*?)\`\`\``, 'm').exec(text) ?? [];
  if (!code) throw new Error(`no example for ${heading}`);
  const imports = /^import \{ ([\w, ]+) \} from '@vibecaas\/auth\/(gateway[\w/]*)';$/gm;
  const known: Record<string, unknown> = { ...names };
  for (const [, list = '', path = ''] of code.matchAll(imports)) {
    const all = (await import(exported(path))) as Record<string, unknown>;
    for (const name of list.split(', ')) known[name] = all[name];
  }
  const here = code.replace(imports, '').replaceAll('https://auth.vibecaas.com', server.issuer);
  const declared = [...here.matchAll(/^const (\w+)/gm)].map(([, name]) => name);
  const run = new AsyncFunction(...Object.keys(known), `${here}\nreturn { ${declared.join(', ')} };`);
  return run(...Object.values(known)) as Promise<Record<string, unknown>>;
}

const AsyncFunction = (async () => {}).constructor as FunctionConstructor;

type Call = (path: string, init: RequestInit) => Promise<Response>;

const frameworks: Record<string, () => Promise<Call>> = {
  Koa: async () => {
    const [app, router] = [new Koa(), new Router()];
    await example('Koa', { guard, app, router });
    return overHttp(app.use(router.routes()).callback());
  },
  Express: async () => {
    const app = express();
    await example('Express', { guard, app });
    return overHttp(app);
  },
  Hono: async () => {
    const app = new Hono();
    await example('Hono', { guard, app });
    return async (path, init) => app.request(path, init);
  },
};

function overHttp(listener: RequestListener): Call {
  return async (path: string, init: RequestInit) => {
    const one = createServer(listener);
    await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve));
    const { port } = one.address() as { port: number };
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      ...init,
      headers: { ...init.headers, connection: 'close' },
    });
    one.close();
    return response;
  };
}

it.each(Object.keys(frameworks))('%s protects an API in five lines', async (name) => {
  const call = await (frameworks[name] as () => Promise<Call>)();
  const allowed = await call('/v1/projects', { headers: bearer(await forge.token()) });
  expect([allowed.status, await allowed.json()]).toEqual([200, { of: server.person.id }]);
  const little = await call('/v1/projects', { headers: bearer(await forge.token({ scope: 'ai:generate' })) });
  expect([little.status, little.headers.get('www-authenticate')]).toEqual([
    403,
    expect.stringContaining('projects:read'),
  ]);
  const none = await call('/v1/projects', {});
  expect([none.status, none.headers.get('x-request-id')]).toEqual([401, expect.stringMatching(/^req_/)]);
  // The document that the challenge names exists, at the API itself.
  const [, named = ''] = /resource_metadata="([^"]+)"/.exec(none.headers.get('www-authenticate') ?? '') ?? [];
  const described = await call(new URL(named).pathname, {});
  expect([described.status, await described.json()]).toEqual([
    200,
    expect.objectContaining({ resource: 'https://api.vibecaas.com', authorization_servers: [server.issuer] }),
  ]);
});

it('the verifier in five lines returns the claims, and throws what it documents', async () => {
  const names = { ...gatewayCredentials(), token: await forge.token() };
  const all = await example('The verifier, in five lines', names);
  expect(all.claims).toMatchObject({ sub: server.person.id, client_id: 'spa', scope: 'projects:read' });
  await (all.verifier as Verifier).close();
  const poor = example('The verifier, in five lines', { ...names, token: await forge.token({ scope: 'ai:generate' }) });
  await expect(poor).rejects.toMatchObject({ status: 403, error: 'insufficient_scope', name: 'TokenError' });
});

it('What apps did: by the reporter', async () => {
  const claims = { sub: server.person.id, client_id: 'spa', gid: 'g1' };
  await example('What apps did', { claims, issuer: server.issuer, ...gatewayCredentials() });
  const [day] = await listUsageOfApp(server.db, server.person.id, 'spa');
  expect(day).toMatchObject({ read: 1, projects: ['proj_1'], routes: { 'GET /projects/:project': 1 } });
});

it('What apps did: as JSON', () => {
  const text = readFileSync(new URL('../../docs/gateway.md', import.meta.url), 'utf8');
  const [, json = ''] = /^## What apps did\n[\s\S]*?```json\n([\s\S]*?)```/m.exec(text) ?? [];
  const now = JSON.parse(json).entries[0].last_at * 1000;
  expect(readUsageReport(JSON.parse(json), now)).toMatchObject({ entries: [{ client_id: 'demo-app' }] });
});
