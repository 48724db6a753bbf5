/** The bound on requests in flight, with requests that the test holds for as long as it wants. */
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import Koa from 'koa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '../../../src/log/index.ts';
import { boundsOf } from '../../../src/policy/admission.ts';
import { stopIfCallerGone } from '../../../src/store/pool-shares.ts';
import { createAdmission, createAdmissionCounts } from '../../../src/web/http/admission.ts';
import { exposeHeaders } from '../../../src/web/http/cross-origin.ts';
import { door } from '../../../src/web/http/door.ts';
import { readStart } from '../../../src/web/http/forms.ts';
import { eventually } from '../../support/eventually.ts';

const poolSize = 4;
const bounds = boundsOf(poolSize);
const passwordBound = 3;

let server: Server;
let origin: string;
let admitted: ReturnType<typeof createAdmissionCounts>;
/** Requests that were let in, bodies that were read, and what was done after its turn had come. */
let entered: string[];
let read: string[];
let done: string[];
let letGo: () => void;
let logged: string[];
/** What the event loop can take. */
let share: number;
/** How often somebody said that there is something to measure. */
let measured: number;
let clockIsRight: boolean;
const sockets = new Set<Socket>();

beforeEach(async () => {
  admitted = createAdmissionCounts();
  [entered, read, done, logged] = [[], [], [], []];
  [share, measured, clockIsRight] = [1, 0, true];
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  callers = 0;
  const app = new Koa({ proxy: true, maxIpsCount: 1 });
  app.on('error', () => {});
  app.use(exposeHeaders);
  const admission = createAdmission({
    config: { databasePoolSize: poolSize },
    passwords: { maxAtOnce: () => passwordBound },
    metrics: { admitted },
    heartbeat: { trustsClock: () => clockIsRight },
    loopWatch: {
      share: () => share,
      begin() {
        measured += 1;
      },
    },
  });
  app.use(admission.middleware);
  app.use(async (ctx) => {
    if (ctx.path === '/healthz') {
      ctx.body = 'alive';
      return;
    }
    entered.push(ctx.path);
    if (ctx.method === 'POST') read.push((await readStart(ctx, 1_000)).body.toString());
    await held;
    stopIfCallerGone();
    done.push(ctx.path);
    ctx.body = 'done';
  });
  const lines = logged;
  const log = createLogger({ level: 'warn', stream: { write: (line) => void lines.push(line) } });
  server = createServer(
    door(app.callback(), { admission, issuer: 'https://auth.example', trustProxy: true, log }),
  ).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  letGo();
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Callers so far: each held request comes from another one, if the test does not say from which. */
let callers: number;
const anotherCaller = () => `203.0.${callers >> 8}.${callers++ & 255}`;

/** Sends a request and leaves it open. Returns how the client hangs up. */
function hold(method: string, path: string, body = '', from = anotherCaller()): () => void {
  const sent = request(`${origin}${path}`, { method, agent: false, headers: { 'x-forwarded-for': from } });
  sent.on('error', () => {});
  sent.on('socket', (socket) => sockets.add(socket));
  sent.end(body);
  return () => sent.destroy();
}

const ask = (method: string, path: string, headers: Record<string, string> = {}) =>
  fetch(`${origin}${path}`, { method, headers, ...(method === 'POST' && { body: 'a=refused' }) });

describe('at its bound', () => {
  const kinds = [
    ['token', 'POST', '/oauth/token', bounds.token, ['1', '2', '3']],
    ['list', 'GET', '/oauth/status-lists/0', bounds.list, ['1', '2', '3']],
    ['page', 'GET', '/account/apps', bounds.page, ['2', '3', '4']],
    ['password', 'POST', '/sign-in', passwordBound, ['3', '4', '5']],
    ['admin', 'GET', '/admin/v1/clients', bounds.admin, ['2', '3', '4']],
  ] as const;

  it.each(kinds)('%s is refused with Retry-After, unread and undone', async (kind, method, path, bound, waits) => {
    for (let n = 0; n < bound; n += 1) hold(method, path);
    await eventually(() => admitted.inFlight[kind]).toBe(bound);
    const refused = await ask(method, path);
    expect(refused.status).toBe(503);
    expect(waits).toContain(refused.headers.get('retry-after'));
    expect(admitted.refused[kind]).toBe(1);
    expect((await fetch(`${origin}/healthz`)).status).toBe(200);
    letGo();
    await eventually(() => admitted.inFlight[kind]).toBe(0);
    expect(done).toHaveLength(bound);
    expect(read).not.toContain('a=refused');
    expect((await ask(method, path)).status).toBe(200);
  });

  it.each(kinds)('%s leaves the others alone', async (kind, method, path, bound) => {
    for (let n = 0; n < bound; n += 1) hold(method, path);
    await eventually(() => admitted.inFlight[kind]).toBe(bound);
    for (const [other, otherMethod, otherPath] of kinds) {
      if (other === kind) continue;
      hold(otherMethod, otherPath);
      await eventually(() => admitted.inFlight[other]).toBe(1);
    }
    expect(Object.values(admitted.refused)).toEqual([0, 0, 0, 0, 0]);
  });

  it('it refuses earlier while the event loop is slow', async () => {
    share = 0.5;
    for (let n = 0; n < bounds.token / 2; n += 1) hold('POST', '/oauth/token');
    await eventually(() => admitted.inFlight.token).toBe(bounds.token / 2);
    expect((await ask('POST', '/oauth/token')).status).toBe(503);
    share = 1;
    hold('POST', '/oauth/token');
    await eventually(() => admitted.inFlight.token).toBe(bounds.token / 2 + 1);
  });

  it('it still takes one while the event loop is as slow as can be, and the loop is measured with the first', async () => {
    share = 0.001;
    await ask('GET', '/healthz');
    expect(measured).toBe(0);
    hold('POST', '/oauth/token');
    await eventually(() => admitted.inFlight.token).toBe(1);
    expect(measured).toBe(1);
    expect((await ask('POST', '/oauth/token')).status).toBe(503);
  });

  it('of new authorizations, those that have begun go on', async () => {
    for (let n = 0; n < bounds.beginning; n += 1) hold('GET', '/oauth/authorize?client_id=app');
    await eventually(() => admitted.inFlight.page).toBe(bounds.beginning);
    expect((await ask('GET', '/oauth/authorize?client_id=app')).status).toBe(503);
    hold('GET', '/interaction/an-id');
    await eventually(() => admitted.inFlight.page).toBe(bounds.beginning + 1);
  });
});

it.each([
  ['POST', '/oauth/token'],
  ['GET', '/account/apps'],
  ['POST', '/sign-in'],
  ['GET', '/admin/v1/clients'],
])('%s %s is refused while the clock is not trusted, and health is answered', async (method, path) => {
  letGo();
  clockIsRight = false;
  const refused = await ask(method, path);
  expect([refused.status, refused.headers.get('connection')]).toEqual([503, 'close']);
  expect(await refused.text()).toContain('The clock of this server was set');
  expect([entered, (await fetch(`${origin}/healthz`)).status]).toEqual([[], 200]);
  clockIsRight = true;
  expect((await ask(method, path)).status).toBe(200);
});

it('refusals because of the clock are no overload, in the metrics and in the log', async () => {
  clockIsRight = false;
  for (const path of ['/oauth/token', '/sign-in']) await ask('POST', path);
  expect(new Set(Object.values(admitted.refused))).toEqual(new Set([0]));
  await eventually(() => logged.length).toBe(1);
  expect(JSON.parse(logged[0] as string)).toMatchObject({
    refused: 1,
    msg: expect.stringMatching(/clock of this node/),
  });
});

describe('one caller', () => {
  const from = (address: string, count: number) => {
    for (let n = 0; n < count; n += 1) hold('POST', '/oauth/token', '', address);
  };
  const status = async (address: string) =>
    (await ask('POST', '/oauth/token', { 'x-forwarded-for': `192.0.2.1, ${address}` })).status;

  it('gets half of the places for programs, and leaves the others free', async () => {
    from('2001:db8::1', bounds.token / 2);
    await eventually(() => admitted.inFlight.token).toBe(bounds.token / 2);
    // A network of IPv6 is one caller, whatever addresses it takes.
    expect([await status('2001:db8::1'), await status('2001:db8::ffff:2')]).toEqual([503, 503]);
    expect(admitted.refused.token).toBe(2);
    from('198.51.100.7', 1);
    await eventually(() => admitted.inFlight.token).toBe(bounds.token / 2 + 1);
  });

  it('beside a second one gets a third, and a third finds places still', async () => {
    const third = Math.ceil(bounds.token / 3);
    from('198.51.100.1', third);
    await eventually(() => admitted.inFlight.token).toBe(third);
    from('198.51.100.2', third);
    await eventually(() => admitted.inFlight.token).toBeGreaterThanOrEqual(2 * third - 1);
    expect([await status('198.51.100.1'), await status('198.51.100.2')]).toEqual([503, 503]);
    hold('POST', '/oauth/token', '', '198.51.100.3');
    await eventually(() => entered.length).toBe(admitted.inFlight.token);
    expect(admitted.inFlight.token).toBeGreaterThanOrEqual(2 * third);
  });

  it('cannot finish more bodies at the same moment than it may have places', async () => {
    const slow = async () => {
      const socket = connect(Number(new URL(origin).port), '127.0.0.1');
      sockets.add(socket);
      socket.on('error', () => {});
      socket.write(
        'POST /oauth/token HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 198.51.100.1\r\nContent-Length: 4\r\n\r\na=b',
      );
      return socket;
    };
    const all = await Promise.all(Array.from({ length: bounds.token + 10 }, slow));
    for (let n = 0; n < 5; n += 1) await fetch(`${origin}/healthz`);
    await eventually(() => admitted.refused.token).toBeGreaterThan(0);
    for (const socket of all) if (!socket.destroyed) socket.write('c');
    await eventually(() => entered.length).toBeGreaterThan(0);
    for (let n = 0; n < 5; n += 1) await fetch(`${origin}/healthz`);
    expect(admitted.inFlight.token).toBeLessThan(bounds.token);
    hold('POST', '/oauth/token', '', '198.51.100.2');
    await eventually(() => entered.length).toBe(admitted.inFlight.token);
  });

  it('gets its places back', async () => {
    from('198.51.100.1', bounds.token / 2);
    await eventually(() => admitted.inFlight.token).toBe(bounds.token / 2);
    letGo();
    await eventually(() => admitted.inFlight.token).toBe(0);
    expect(await status('198.51.100.1')).toBe(200);
  });

  it('is not held back from pages', async () => {
    for (let n = 0; n < bounds.page; n += 1) hold('GET', '/account/apps', '', '198.51.100.1');
    await eventually(() => admitted.inFlight.page).toBe(bounds.page);
  });
});

describe('a refusal', () => {
  const fill = async (kind: 'token' | 'page' | 'admin', method: string, path: string) => {
    for (let n = 0; n < bounds[kind]; n += 1) hold(method, path);
    await eventually(() => admitted.inFlight[kind]).toBe(bounds[kind]);
  };

  it.each([
    ['before any middleware', '/oauth/token'],
    ['after the middlewares that read its address', '/oauth/token?a'],
  ])('of a protocol endpoint, %s, is an OAuth error, which a script of any origin can read', async (_, path) => {
    await fill('token', 'POST', '/oauth/token');
    const refused = await ask('POST', path, { origin: 'https://app.example', accept: 'text/html' });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, expect.stringMatching(/^[123]$/)]);
    expect(await refused.json()).toMatchObject({ error: 'temporarily_unavailable' });
    expect(refused.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(refused.headers.get('access-control-expose-headers')).toContain('Retry-After');
    expect(refused.headers.get('vary')).toBe('Origin');
    expect((await ask('POST', path)).headers.has('access-control-allow-origin')).toBe(false);
  });

  it('before any middleware has an id and the headers of every answer, and one line in the log tells of many', async () => {
    await fill('token', 'POST', '/oauth/token');
    const all = await Promise.all(Array.from({ length: 5 }, () => ask('POST', '/oauth/token')));
    const [refused] = all as [Response];
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-type': 'application/json; charset=utf-8',
      'strict-transport-security': expect.any(String),
      'x-content-type-options': 'nosniff',
      'x-request-id': ((await refused.json()) as { request_id: string }).request_id,
    });
    await eventually(() => logged.length).toBe(1);
    expect(JSON.parse(logged[0] as string)).toMatchObject({ level: 'warn', refused: 5, kind: 'token' });
    await ask('POST', '/oauth/token');
    await eventually(() => logged.length).toBe(2);
    expect(JSON.parse(logged[1] as string)).toMatchObject({ refused: 1 });
  });

  it('of a page is a page', async () => {
    await fill('page', 'GET', '/account/apps');
    const refused = await ask('GET', '/account/apps', { accept: 'text/html', origin: 'https://app.example' });
    expect(refused.headers.has('access-control-allow-origin')).toBe(false);
    expect(refused.headers.get('content-type')).toContain('text/html');
    const page = await refused.text();
    expect(page).toContain('VibeCaaS is too busy at this moment. Nothing that you sent was done.');
    expect(page).not.toContain('took effect');
  });

  it('of the admin API is in its envelope', async () => {
    await fill('admin', 'GET', '/admin/v1/clients');
    const refused = await ask('GET', '/admin/v1/clients');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, expect.stringMatching(/^[234]$/)]);
    expect(await refused.json()).toMatchObject({ success: false, error: { code: 'SERVER_ERROR' } });
  });
});

describe('a place', () => {
  it('is not held by a client that is still sending its body', async () => {
    const { port } = new URL(origin);
    const slow = connect(Number(port), '127.0.0.1');
    sockets.add(slow);
    slow.write('POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\na=');
    // Its head has been read once a later request has been answered.
    for (let n = 0; n < 3; n += 1) await fetch(`${origin}/healthz`);
    await eventually(() => admitted.inFlight.password).toBe(0);
    for (let n = 0; n < passwordBound; n += 1) hold('POST', '/sign-in');
    await eventually(() => admitted.inFlight.password).toBe(passwordBound);
    expect(admitted.refused.password).toBe(0);
    // From the end of its body on it is work like any other.
    slow.write('bc');
    await eventually(() => admitted.inFlight.password).toBe(passwordBound + 1);
    expect((await ask('POST', '/sign-in')).status).toBe(503);
  });

  it('is free again after a client has broken off its body', async () => {
    const slow = connect(Number(new URL(origin).port), '127.0.0.1');
    slow.write('POST /oauth/token HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\na=');
    for (let n = 0; n < 3; n += 1) await fetch(`${origin}/healthz`);
    slow.destroy();
    letGo();
    await eventually(() => admitted.abandoned.token).toBe(1);
    expect(admitted.inFlight.token).toBe(0);
  });

  it('is not taken again by the end of a body that nobody read', async () => {
    letGo();
    const slow = connect(Number(new URL(origin).port), '127.0.0.1');
    sockets.add(slow);
    slow.write('PUT /oauth/token HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\na=');
    await once(slow, 'data');
    expect(admitted.inFlight.token).toBe(0);
    slow.write('bc');
    for (let n = 0; n < 5; n += 1) await fetch(`${origin}/healthz`);
    expect(admitted.inFlight.token).toBe(0);
  });

  it.each([
    ['token', 'POST', '/oauth/token'],
    ['page', 'POST', '/interaction/an-id/consent'],
    ['password', 'POST', '/sign-in'],
    ['admin', 'POST', '/admin/v1/clients'],
    ['admin', 'PATCH', '/admin/v1/clients/app'],
    ['admin', 'DELETE', '/admin/v1/clients/app'],
  ] as const)(
    'of a change (%s) that waited in the kernel until its client hung up is left',
    async (kind, method, path) => {
      letGo();
      const gone = connect(Number(new URL(origin).port), '127.0.0.1');
      gone.on('error', () => {});
      await once(gone, 'connect');
      // Both have arrived by the next turn of the event loop, as they have after a pause of the process.
      gone.write(`${method} ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na=b`);
      gone.destroy();
      await eventually(() => admitted.abandoned[kind]).toBe(1);
      expect([entered, done]).toEqual([[], []]);
    },
  );

  it('of a client that has hung up is left without doing anything', async () => {
    const hangUp = hold('POST', '/oauth/token');
    await eventually(() => admitted.inFlight.token).toBe(1);
    hangUp();
    await eventually(() => connections()).toBe(0);
    letGo();
    await eventually(() => admitted.inFlight.token).toBe(0);
    expect(done).toEqual([]);
    expect(admitted.abandoned.token).toBe(1);
  });
});

function connections(): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });
}
