/** The examples of docs/gateway.md, run as they stand there. */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import Router from '@koa/router';
import { Hono } from 'hono';
import Koa from 'koa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as connect from '../../src/gateway/connect.ts';
import * as fetching from '../../src/gateway/fetch.ts';
import { createGuard, type Guard } from '../../src/gateway/guard.ts';
import * as koa from '../../src/gateway/koa.ts';
import { createVerifier, type Verifier } from '../../src/gateway/verifier.ts';
import { apiResource, startTestServer, type TestServer } from '../support/server.ts';
import { bearer } from './running-gateway.ts';
import { type Forge, forgeOf, gatewayCredentials } from './tokens.ts';

let server: TestServer;
let verifier: Verifier;
let forge: Forge;
let guard: Guard;
beforeAll(async () => {
  server = await startTestServer();
  forge = await forgeOf(server);
  verifier = createVerifier({ issuer: server.issuer, audience: apiResource, credentials: gatewayCredentials() });
  guard = createGuard({ verifier, origin: apiResource });
  await verifier.ready();
});
afterAll(async () => {
  await verifier.close();
  await server.stop();
});

/** Runs the code under a heading, its imports taken from `names`. */
function example(heading: string, names: Record<string, unknown>): void {
  const text = readFileSync(new URL('../../docs/gateway.md', import.meta.url), 'utf8');
  const [, code = ''] = new RegExp(`### ${heading}\\n[^#]*?\`\`\`js\\n([^]*?)\`\`\``).exec(text) ?? [];
  if (!code) throw new Error(`no example for ${heading}`);
  new Function(...Object.keys(names), code.replace(/^import .*$/gm, ''))(...Object.values(names));
}

type Middleware = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

const frameworks: Record<string, () => (url: string, init: RequestInit) => Promise<Response>> = {
  Koa: () => {
    const [app, router] = [new Koa(), new Router()];
    example('Koa', { ...koa, guard, router });
    return overHttp(app.use(router.routes()).callback());
  },
  // Express hands a route's middlewares request, response and next, as this does.
  Express: () => {
    let chain: Middleware[] = [];
    const get = (_path: string, ...middlewares: Middleware[]) => {
      chain = middlewares;
    };
    example('Express', { ...connect, guard, app: { get } });
    return overHttp((request, response) => {
      const run = (index: number): void => chain[index]?.(request, response, () => run(index + 1));
      run(0);
    });
  },
  Hono: () => {
    const app = new Hono();
    example('Hono', { ...fetching, guard, app });
    return async (path, init) => app.request(path, init);
  },
};

function overHttp(listener: RequestListener) {
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

it.each(Object.keys(frameworks))('%s in five lines', async (name) => {
  const call = (frameworks[name] as (typeof frameworks)[string])();
  const allowed = await call('/v1/projects', { headers: bearer(await forge.token()) });
  expect([allowed.status, await allowed.json()]).toEqual([200, { of: server.person.id }]);
  const little = await call('/v1/projects', { headers: bearer(await forge.token({ scope: 'ai:generate' })) });
  expect([little.status, little.headers.get('www-authenticate')]).toEqual([
    403,
    expect.stringContaining('projects:read'),
  ]);
  expect((await call('/v1/projects', {})).status).toBe(401);
});
