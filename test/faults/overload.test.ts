/**
 * A server with more requests than it takes: what is refused can be sent again, since nothing of it was done, and the rest
 * goes on. Tables are locked, so that requests stay in flight.
 */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boundsOf } from '../../src/policy/admission.ts';
import { sha256 } from '../../src/store/sealer.ts';
import { signedInAs } from '../support/admin.ts';
import { eventually } from '../support/eventually.ts';
import { authorizeUrl, exchange, introspect, obtainCode, obtainTokens, post, refresh } from '../support/oauth.ts';
import { formOf, newPerson } from '../support/person.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const poolSize = 6;
const bounds = boundsOf(poolSize);
let server: TestServer;
beforeAll(async () => {
  const env = { DATABASE_POOL_SIZE: String(poolSize), RATE_LIMITS: 'on' };
  server = await startTestServer({ env, shedsLoad: true });
});
afterAll(() => server.stop());

/** Runs `work` while nobody else can use these tables. */
async function whileLocked<T>(tables: string, work: () => Promise<T>): Promise<T> {
  return server.db.transaction(async (trx) => {
    await trx.script(`LOCK TABLE ${tables} IN ACCESS EXCLUSIVE MODE`);
    return work();
  });
}

/** Keeps this many requests open, whatever they are answered, until it is stopped. */
function flood(count: number, send: (signal: AbortSignal) => Promise<unknown>) {
  const stopping = new AbortController();
  const repeat = async () => {
    while (!stopping.signal.aborted) await send(stopping.signal).catch(() => {});
  };
  const all = Promise.all(Array.from({ length: count }, repeat));
  return async () => {
    stopping.abort();
    await all;
  };
}

async function metric(name: string, kind?: string): Promise<number> {
  const text = await (await fetch(`${server.metricsOrigin}/metrics`)).text();
  const label = kind === undefined ? '' : `\\{kind="${kind}"\\}`;
  return Number(new RegExp(`^${name}${label} (\\d+)$`, 'm').exec(text)?.[1]);
}

/**
 * Sends a request until admission refuses it: between two of the flood's requests a place may be free for a moment. A pushed
 * request that finds it is taken, and spends nothing.
 */
async function refused<T extends { status: number; headers: Headers }>(
  send: () => Promise<T>,
  leastWait: number,
): Promise<T> {
  for (;;) {
    const answer = await send();
    const wait = Number(answer.headers.get('retry-after') ?? Number.NaN);
    if (wait >= leastWait && wait <= leastWait + 2) return answer;
    expect([201, 503]).toContain(answer.status);
  }
}

const statusOf = async (path: string) => (await fetch(`${server.issuer}${path}`)).status;

describe('with too many token requests', () => {
  it('refuses more of them, spends nothing, and serves everything else', async () => {
    const flooded = await obtainTokens(server);
    const kept = await obtainTokens(server);
    const code = await obtainCode(server);
    const person = await signedInAs(server, server.person.email);
    const pushed = Object.fromEntries(new URL(authorizeUrl(server)).searchParams);
    const pushedRequests = async () =>
      (
        await server.db.run<{ count: number }>(
          {
            name: 'test-pushed',
            text: "SELECT count(*)::int FROM artifacts WHERE model = 'PushedAuthorizationRequest'",
          },
          [],
        )
      )[0]?.count;

    await whileLocked('grants', async () => {
      const stop = flood(2 * bounds.token, (signal) => introspectBy(flooded.access_token, signal));
      // The bound is lower on a machine that is slow at this moment.
      await eventually(() => metric('http_requests_refused_total', 'token')).toBeGreaterThan(0);
      const answers = [
        await refused(() => exchange(server, code), 1),
        await refused(() => refresh(server, kept.refresh_token as string), 1),
        await refused(() => post(server, '/oauth/par', pushed), 1),
        await refused(() => introspect(server, kept.access_token), 1),
      ];
      for (const { status, body } of answers) expect([status, body.error]).toEqual([503, 'temporarily_unavailable']);
      expect([await statusOf('/healthz'), await statusOf('/readyz')]).toEqual([200, 200]);
      // Other kinds of work have connections of their own.
      expect((await person.visit('/account/security')).status).toBe(200);
      expect(await statusOf('/admin/v1/clients')).toBe(401);
      expect((await newPerson(server.issuer).visit(authorizeUrl(server))).status).toBe(200);
      expect(await metric('http_requests_refused_total', 'token')).toBeGreaterThanOrEqual(4);
      await stop();
    });
    expect(await pushedRequests()).toBe(0);
    await eventually(() => metric('http_requests_in_flight', 'token')).toBe(0);
    expect((await exchange(server, code)).status).toBe(200);
    const again = await refresh(server, kept.refresh_token as string);
    expect([again.status, again.body.refresh_token === kept.refresh_token]).toEqual([200, false]);
    expect(await metric('oauth_refresh_token_reuse_total')).toBe(0);
  });

  it('drops a refresh whose client hung up while it waited for a connection', async () => {
    const { refresh_token: token } = await obtainTokens(server);
    const rotated = async () =>
      (
        await server.db.run<{ count: number }>(
          { name: 'test-rotated', text: 'SELECT count(*)::int FROM grants WHERE generation > 0' },
          [],
        )
      )[0]?.count;
    const before = await rotated();
    const abandoned = await metric('http_requests_abandoned_total', 'token');
    const other = await obtainTokens(server);
    await whileLocked('grants', async () => {
      // These have all connections that token requests may use.
      const waiting = [introspectBy(other.access_token), introspectBy(other.access_token)];
      await eventually(() => metric('http_requests_in_flight', 'token')).toBe(2);
      const hangUp = await leaveOpen(`grant_type=refresh_token&client_id=spa&refresh_token=${token}`);
      await eventually(() => metric('http_requests_in_flight', 'token')).toBe(3);
      await hangUp();
      return waiting;
    }).then((waiting) => Promise.all(waiting));
    await eventually(() => metric('http_requests_abandoned_total', 'token')).toBe(abandoned + 1);
    expect(await rotated()).toBe(before);
    const first = await refresh(server, token as string);
    expect(first.status).toBe(200);
  });
});

describe('with clients that give up and send again', () => {
  it('ends no family, and takes none of their requests for reuse', async () => {
    let tokens: string[] = [];
    while (tokens.length < 16) tokens.push((await obtainTokens(server)).refresh_token as string);
    const reuse = await metric('oauth_refresh_token_reuse_total');
    const abandoned = await metric('http_requests_abandoned_total', 'token');
    for (let round = 0; round < 2; round += 1) {
      let locked = true;
      const all = Promise.all(tokens.map((token) => impatientRefresh(token, () => locked)));
      // Longer than the clients wait, shorter than a statement may wait for a lock.
      await whileLocked('grants', () => sleep(700));
      locked = false;
      tokens = await all;
    }
    expect(await metric('http_requests_abandoned_total', 'token')).toBeGreaterThan(abandoned);
    expect(await metric('oauth_refresh_token_reuse_total')).toBe(reuse);
    for (const token of tokens) expect((await refresh(server, token)).status).toBe(200);
  });
});

/** Refreshes as an app does: it hangs up after a moment and sends the same token again, until it gets the next one. */
async function impatientRefresh(token: string, isHurried: () => boolean): Promise<string> {
  for (;;) {
    const form = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'spa', refresh_token: token });
    const signal = AbortSignal.timeout(isHurried() ? 150 : 60_000);
    const answer = await fetch(`${server.issuer}/oauth/token`, { method: 'POST', body: form, signal }).catch(
      () => null,
    );
    if (answer?.status === 200) return ((await answer.json()) as { refresh_token: string }).refresh_token;
    if (answer) expect([answer.status, await answer.json()]).toEqual([503, expect.anything()]);
  }
}

describe('with too many passwords', () => {
  it('refuses more of them before a failure is counted, and serves everything else', async () => {
    const { refresh_token: token } = await obtainTokens(server);
    const stranger = newPerson(server.issuer);
    const form = formOf(await stranger.visit('/sign-in'), '/sign-in');
    const guess = (email: string, signal?: AbortSignal) =>
      stranger.request('/sign-in', {
        method: 'POST',
        body: new URLSearchParams([...form.hidden, ['email', email], ['password', 'a guess']]),
        ...(signal && { signal }),
      });
    const victim = 'victim@example.com';

    await whileLocked('sign_in_limits', async () => {
      const stop = flood(200, (signal) => guess('stranger@example.com', signal));
      await eventually(() => metric('http_requests_refused_total', 'password')).toBeGreaterThan(0);
      const page = await refused(() => guess(victim), 3);
      expect(page.status).toBe(503);
      expect(page.text).toContain('We can’t answer right now');
      expect(page.text).toContain('Nothing that you sent was done.');
      expect((await refresh(server, token as string)).status).toBe(200);
      expect([await statusOf('/readyz'), await statusOf('/sign-in')]).toEqual([200, 200]);
      await stop();
    });
    const key = `account:${sha256(victim).toString('base64url')}`;
    const counted = { name: 'test-counted', text: 'SELECT failures FROM sign_in_limits WHERE key = $1' };
    expect(await server.db.run(counted, [key])).toEqual([]);
  });
});

function introspectBy(token: string, signal?: AbortSignal): Promise<unknown> {
  if (!signal) return introspect(server, token);
  return Promise.race([introspect(server, token), new Promise((resolve) => signal.addEventListener('abort', resolve))]);
}

/** Sends a form to the token endpoint. Returns how to hang up, which resolves when the server must have noticed. */
async function leaveOpen(form: string): Promise<() => Promise<void>> {
  const { port, host } = new URL(server.issuer);
  const socket = connect(Number(port), '127.0.0.1');
  socket.on('error', () => {});
  socket.write(
    `POST /oauth/token HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${form.length}\r\n\r\n${form}`,
  );
  return async () => {
    socket.destroy();
    // Its end arrived before these requests, on which the event loop has turned.
    for (let n = 0; n < 5; n += 1) await statusOf('/healthz');
  };
}
