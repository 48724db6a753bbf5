/** Rooms that are imported when they are first asked: once, however many ask, and again after a failure. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Router from '@koa/router';
import Koa, { type Middleware } from 'koa';
import { expect, it, onTestFinished } from 'vitest';
import { openAdminApi } from '../../../src/web/admin-api/opening.ts';
import { answerIn, createLazyRoom, type LazyRoom, roomOf } from '../../../src/web/http/lazy-room.ts';
import { otherMethods } from '../../../src/web/http/methods.ts';
import { onePath } from '../../../src/web/http/paths.ts';
import { startTestServer } from '../../support/server.ts';

/** A room with one page, whose import fails as often as `failures` says. */
function countedRoom(failures = 0) {
  const counted = { loads: 0 };
  const room = createLazyRoom(['/room'], async () => {
    counted.loads += 1;
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (counted.loads <= failures) throw new Error(`import ${counted.loads} failed`);
    const router = new Router({ prefix: '/room' });
    router.get('/page', (ctx) => {
      ctx.body = 'the page';
    });
    return roomOf(router);
  });
  return { room, counted };
}

/** A server with only this room, as app.ts puts it together. */
async function serve(room: LazyRoom, answer: Middleware = answerIn([room])) {
  const app = new Koa();
  const errors: string[] = [];
  app.on('error', (error: Error) => errors.push(error.message));
  app.use(onePath([], [room]) as Middleware);
  app.use(otherMethods([], [room]) as Middleware);
  app.use(answer);
  const server = createServer(app.callback()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const get = async (path: string, method = 'GET') => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method });
    return { status: response.status, text: await response.text(), allow: response.headers.get('allow') };
  };
  return { get, errors };
}

it('a room is imported once for requests that come at the same time, and not before', async () => {
  const { room, counted } = countedRoom();
  const { get } = await serve(room);
  expect((await get('/elsewhere')).status).toBe(404);
  expect((await get('/rooms')).status).toBe(404);
  expect([counted.loads, room.opened]).toEqual([0, undefined]);
  const answers = await Promise.all(Array.from({ length: 8 }, () => get('/room/page')));
  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`))).toEqual(new Set(['200 the page']));
  expect(counted.loads).toBe(1);
});

it('a path of a room that was not imported is brought into its canonical form, and its methods are known', async () => {
  const { get } = await serve(countedRoom().room);
  expect(await get('/ROOM/Page/')).toMatchObject({ status: 200, text: 'the page' });
  expect((await serve(countedRoom().room).then((other) => other.get('/room/page', 'OPTIONS'))).allow).toBe(
    'HEAD, GET, OPTIONS',
  );
});

it('an import that fails is reported to whoever waits for it, and tried again by the next request', async () => {
  // A request asks twice: for the form of its path, and for its answer.
  const { room, counted } = countedRoom(2);
  const { get, errors } = await serve(room);
  expect((await get('/room/page')).status).toBe(500);
  expect(errors).toEqual(['import 2 failed']);
  expect(await get('/room/page')).toMatchObject({ status: 200, text: 'the page' });
  expect(counted.loads).toBe(3);
});

it('an admin API that cannot be imported answers in its envelope, and is reported', async () => {
  const { room } = countedRoom(2);
  const logged: unknown[] = [];
  const log = { error: (fields: { err: Error }, text: string) => logged.push([fields.err.message, text]) };
  const { get } = await serve(room, openAdminApi(room, log as never));
  const { status, text } = await get('/room/page');
  expect([status, JSON.parse(text)]).toMatchObject([500, { success: false, error: { code: 'SERVER_ERROR' } }]);
  expect(logged).toEqual([['import 2 failed', 'the admin API could not be imported']]);
  expect(await get('/room/page')).toMatchObject({ status: 200, text: 'the page' });
});

it('every room of a server answers a first request, while others are answered', async () => {
  const server = await startTestServer({ demo: true });
  onTestFinished(() => server.stop());
  const paths = ['/admin/v1/clients', '/admin/v1/openapi.json', '/admin/clients', '/account/apps', '/playground'];
  const statuses = await Promise.all(
    [...paths, '/readyz', '/oauth/jwks'].map(async (path) => {
      const { status } = await fetch(`${server.issuer}${path}`, { redirect: 'manual' });
      return [path, status];
    }),
  );
  expect(Object.fromEntries(statuses)).toMatchObject({
    '/admin/v1/clients': 401,
    '/admin/v1/openapi.json': 200,
    '/playground': 200,
    '/readyz': 200,
    '/oauth/jwks': 200,
  });
  expect(statuses.filter(([, status]) => (status as number) >= 500)).toEqual([]);
});
