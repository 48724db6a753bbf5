/** For how long a person allows an app that nobody registered: what that ends, at the second that was chosen. */
import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { purge } from '../../src/operations/purge.ts';
import { callback, exchange, introspect, post, refresh } from '../support/oauth.ts';
import { decide, newPerson } from '../support/person.ts';
import { auditOf, rowsOf } from '../support/rows.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { fewestStatements, statementsOfRequests } from '../support/statements.ts';
import { addAgent, allow, ask, isQuestion, somebody, tokensAt } from '../support/unregistered.ts';

let server: TestServer;
let second: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  second = await startTestServer({ beside: server, env: { ISSUER: server.issuer } });
});
afterAll(async () => {
  await second.stop();
  await server.stop();
});
afterEach(() => {
  vi.useRealTimers();
});

const hour = 3600;
const day = 24 * hour;

/** Stops the clock of the servers, and returns what sets it to so many seconds from now. */
function stopClock(): (seconds: number) => void {
  const start = Math.floor(Date.now() / 1000) * 1000;
  vi.useFakeTimers({ toFake: ['Date'], now: start });
  return (seconds) => vi.setSystemTime(start + seconds * 1000);
}

const both = { scope: 'projects:read projects:write' };

async function connected(duration: string, params: Record<string, string> = { scope: 'projects:read' }) {
  const clientId = await addAgent(server.db);
  const person = await somebody(server);
  const request = { client_id: clientId, ...params };
  const tokens = await tokensAt(server, await allow(server, person, request, { duration }), clientId);
  return { clientId, person, request, tokens, gid: decodeJwt(tokens.access_token).gid as string };
}

/** The line about a request in the log, which has the reason of its failure. */
const reasonOf = (headers: Headers) =>
  server
    .logged()
    .split('\n')
    .find((line) => line.includes(headers.get('x-request-id') as string));

const familyOf = async (gid: string) =>
  (await rowsOf(server.db, `SELECT ends_at, expires_at, refresh_expires_at FROM grants WHERE id = '${gid}'`))[0];

describe.each([
  ['an hour', hour],
  ['a day', day],
  ['30 days', 30 * day],
])('%s', (_, seconds) => {
  it('ends refresh tokens and access tokens at that second, on every node', async () => {
    const at = stopClock();
    const { tokens, clientId } = await connected(String(seconds));
    expect(tokens).toMatchObject({
      expires_in: hour,
      refresh_token_expires_in: seconds,
      authorization_expires_in: seconds,
    });
    at(seconds - 90);
    const late = (await refresh(server, tokens.refresh_token, clientId)).body;
    expect(late).toMatchObject({ expires_in: 90, refresh_token_expires_in: 90, authorization_expires_in: 90 });
    at(seconds - 1);
    const last = await refresh(second, late.refresh_token as string, clientId);
    expect(last.body).toMatchObject({ expires_in: 1, refresh_token_expires_in: 1, authorization_expires_in: 1 });
    const end = (decodeJwt(tokens.access_token).iat as number) + seconds;
    expect(decodeJwt(last.body.access_token as string).exp).toBe(end);
    expect((await introspect(second, last.body.access_token as string)).body).toMatchObject({ active: true, exp: end });
    at(seconds);
    for (const node of [server, second]) {
      const over = await refresh(node, last.body.refresh_token as string, clientId);
      expect([over.status, over.body.error]).toEqual([400, 'invalid_grant']);
      expect(node.logged()).toContain('the time that the person chose is over');
      expect((await introspect(node, last.body.access_token as string)).body).toEqual({ active: false });
    }
  });
});

it('"until I disconnect it" ends after 30 days without use, and after a year', async () => {
  const at = stopClock();
  const { tokens, clientId, gid } = await connected('until');
  expect(tokens).toMatchObject({
    expires_in: hour,
    refresh_token_expires_in: 30 * day,
    authorization_expires_in: 365 * day,
  });
  expect((await familyOf(gid))?.ends_at).toBeNull();
  const [family] = await rowsOf(server.db, `SELECT created_at FROM grants WHERE id = '${gid}'`);
  const began = family?.created_at as Date;
  at(10 * day);
  const { body } = await refresh(server, tokens.refresh_token, clientId);
  expect(body.refresh_token_expires_in).toBe(30 * day);
  // The database has noted when it began, and the server's clock has stood still since before.
  const yearEnds = began.getTime() / 1000 + 365 * day;
  expect(Math.abs((body.authorization_expires_in as number) - (yearEnds - Date.now() / 1000))).toBeLessThan(2);
});

describe('a lost answer', () => {
  it('is repeated with the same end before the end, and neither repeated nor taken for reuse after it', async () => {
    const at = stopClock();
    const { tokens, clientId, gid } = await connected(String(hour));
    at(hour - 5);
    const [first, again] = [
      await refresh(server, tokens.refresh_token, clientId),
      await refresh(second, tokens.refresh_token, clientId),
    ];
    expect(again.body.refresh_token).toBe(first.body.refresh_token);
    expect([first, again].map(({ body }) => body.refresh_token_expires_in)).toEqual([5, 5]);
    at(hour);
    for (const token of [tokens.refresh_token, first.body.refresh_token as string]) {
      expect((await refresh(server, token, clientId)).body.error).toBe('invalid_grant');
    }
    expect(await familyOf(gid)).toBeDefined();
    const events = await auditOf(server.db, `client:${clientId}`);
    expect(events.map(({ action }) => action)).not.toContain('refresh_token.reused');
  });

  it('forks before the end without prolonging it', async () => {
    const { tokens, clientId, gid } = await connected(String(hour));
    const ends = (await familyOf(gid))?.ends_at as Date;
    await refresh(server, tokens.refresh_token, clientId);
    await server.db.pgPool.query("UPDATE grants SET rotated_at = now() - interval '1 minute' WHERE id = $1", [gid]);
    const forked = await refresh(server, tokens.refresh_token, clientId);
    expect(forked.body.authorization_expires_in).toBeLessThanOrEqual(hour);
    expect(await familyOf(gid)).toEqual({ ends_at: ends, expires_at: ends, refresh_expires_at: ends });
  });
});

it('a code that is exchanged after the end gives nothing', async () => {
  const at = stopClock();
  const { request, person, clientId } = await connected(String(hour));
  at(hour - 20);
  const code = callback(await ask(server, person, request)).get('code') as string;
  at(hour);
  expect((await exchange(server, code, clientId)).body.error).toBe('invalid_grant');
});

it('a refresh token that has ended can still be revoked, and does not say whose it was', async () => {
  const at = stopClock();
  const { tokens, clientId, gid } = await connected(String(hour));
  at(hour + 1);
  const other = await addAgent(server.db);
  const asOther = await refresh(server, tokens.refresh_token, other);
  expect(reasonOf(asOther.headers)).toContain('client mismatch');
  expect(asOther.body.error_description).toBe(
    (await refresh(server, tokens.refresh_token, clientId)).body.error_description,
  );
  expect((await post(server, '/oauth/revoke', { token: tokens.refresh_token }, clientId)).status).toBe(200);
  expect(await familyOf(gid)).toBeUndefined();
});

it('a confidential client that keeps its refresh token is told its own end each time', async () => {
  const at = stopClock();
  const clientId = await addAgent(server.db, { type: 'web' });
  const person = await somebody(server);
  const page = await allow(server, person, { client_id: clientId, scope: 'projects:read' }, { duration: String(day) });
  const tokens = await tokensAt(server, page, clientId);
  at(hour);
  expect((await refresh(server, tokens.refresh_token, clientId)).body.refresh_token_expires_in).toBe(day - hour);
});

it('a refresh costs no statement more', async () => {
  const { tokens, clientId } = await connected(String(day));
  let { refresh_token: token } = tokens;
  const once = async () => {
    token = (await refresh(server, token, clientId)).body.refresh_token as string;
  };
  expect(await fewestStatements(server, once)).toBe(2);
});

it('an answer costs no statement more than that of an app that was registered, though it leaves scopes out', async () => {
  const answerOf = async (clientId: string) => {
    const person = await somebody(server);
    const page = await ask(server, person, { client_id: clientId, ...both });
    return statementsOfRequests(server, () => decide(person, page, 'allow'));
  };
  // What runs in the background can only add to them.
  const fewest = async (clientId: string) =>
    Math.min(await answerOf(clientId), await answerOf(clientId), await answerOf(clientId));
  expect(await fewest(await addAgent(server.db))).toBe(await fewest('spa'));
});

describe('several answers of one person', () => {
  it('given at the same moment on two devices, each end their own connection', async () => {
    const at = stopClock();
    const clientId = await addAgent(server.db);
    const person = await somebody(server);
    const laptop = { ...person, ...newPerson(server.issuer) };
    const pages = [
      await ask(server, person, { client_id: clientId }),
      await ask(server, laptop, { client_id: clientId }),
    ] as const;
    const [short, long] = await Promise.all([
      decide(person, pages[0], 'allow', [], { duration: String(hour) }),
      decide(laptop, pages[1], 'allow', [], { duration: 'until' }),
    ]);
    const [first, other] = [await tokensAt(server, short, clientId), await tokensAt(second, long, clientId)];
    at(hour);
    expect((await refresh(second, first.refresh_token, clientId)).body.error).toBe('invalid_grant');
    expect((await refresh(server, other.refresh_token, clientId)).status).toBe(200);
  });

  it('of which one leaves out what another allows at that moment, leave no connection with what is not allowed', async () => {
    const clientId = await addAgent(server.db);
    for (let round = 0; round < 8; round += 1) {
      const person = await somebody(server);
      const laptop = { ...person, ...newPerson(server.issuer) };
      const request = { client_id: clientId, ...both };
      const [all, less] = [await ask(server, person, request), await ask(server, laptop, request)];
      await Promise.all([
        decide(person, all, 'allow', ['projects:read', 'projects:write']),
        decide(laptop, less, 'allow', ['projects:read']),
      ]);
      const grants = await rowsOf(
        server.db,
        `SELECT g.payload #>> '{openid,scope}' AS has FROM grants g JOIN consents k USING (account_id, client_id)
          WHERE g.account_id = '${person.id}' AND NOT k.granted @> string_to_array(g.payload #>> '{openid,scope}', ' ')`,
      );
      expect(grants).toEqual([]);
    }
  });

  it('the newest one says until when the app is not asked for again', async () => {
    const at = stopClock();
    const { person, request } = await connected('until');
    await allow(server, person, { ...request, prompt: 'consent' }, { duration: String(hour) });
    at(hour - 1);
    expect(callback(await ask(server, person, request)).get('code')).toBeTruthy();
    at(hour);
    expect(isQuestion(await ask(server, person, request))).toBe(true);
  });
});

describe('a kept answer', () => {
  it('lets the app in without a page until its end, and no longer than that', async () => {
    const at = stopClock();
    const { person, request, clientId } = await connected(String(hour));
    at(hour - 60);
    const page = await ask(server, person, { ...request, prompt: 'none' });
    const tokens = await tokensAt(second, page, clientId);
    expect(tokens).toMatchObject({ expires_in: 60, authorization_expires_in: 60 });
    at(hour);
    expect((await refresh(server, tokens.refresh_token, clientId)).body.error).toBe('invalid_grant');
  });

  it('is asked for again after its end, and with prompt=none the app is told so', async () => {
    const at = stopClock();
    const { person, request } = await connected(String(hour));
    at(hour);
    expect(callback(await ask(server, person, { ...request, prompt: 'none' })).get('error')).toBe('consent_required');
    const page = await ask(server, person, request);
    expect(page.text).not.toContain('asks for more');
    expect(isQuestion(page)).toBe(true);
  });

  it('does not come back with the next answer when it has ended', async () => {
    const at = stopClock();
    const clientId = await addAgent(server.db);
    const person = await somebody(server);
    const request = { client_id: clientId, ...both };
    await allow(server, person, request, { duration: String(hour), scope: ['projects:read', 'projects:write'] });
    at(hour);
    await allow(server, person, { client_id: clientId, scope: 'projects:read' }, { duration: 'until' });
    const [row] = await rowsOf(server.db, `SELECT granted, ends_at FROM consents WHERE client_id = '${clientId}'`);
    expect(row).toEqual({ granted: ['projects:read'], ends_at: null });
    expect(isQuestion(await ask(server, person, request))).toBe(true);
  });

  it('that has ended in the database gives no code, whatever the clock of the node says', async () => {
    const { person, request, clientId } = await connected(String(hour));
    const at = stopClock();
    await server.db.pgPool.query('UPDATE consents SET ends_at = now() WHERE client_id = $1', [clientId]);
    at(-10);
    const page = await ask(server, person, { ...request, prompt: 'none' });
    expect(callback(page).get('error')).toBe('access_denied');
  });

  it('that has ended takes nothing from a connection that was allowed for longer', async () => {
    const at = stopClock();
    const clientId = await addAgent(server.db);
    const person = await somebody(server);
    const request = { client_id: clientId, ...both, prompt: 'consent' };
    const everything = ['projects:read', 'projects:write'];
    const kept = await tokensAt(
      server,
      await allow(server, person, request, { duration: 'until', scope: everything }),
      clientId,
    );
    await allow(server, person, request, { duration: String(hour), scope: everything });
    at(hour);
    await allow(server, person, request, { duration: String(hour), scope: ['projects:read'] });
    expect((await refresh(server, kept.refresh_token, clientId)).body.scope).toBe(both.scope);
  });
});

describe('a page that was shown before the end and answered after it', () => {
  it('is shown again with everything, since more is decided now than it said', async () => {
    const at = stopClock();
    const { person, request } = await connected(String(hour));
    at(hour - 10);
    const page = await ask(server, person, { ...request, ...both });
    expect(page.text).toContain('asks for more than you allowed');
    at(hour);
    const again = await person.submit(page, '/consent', {
      decision: 'allow',
      scope: 'projects:write',
      duration: '3600',
    });
    expect(again.status).toBe(422);
    expect(again.text).toContain('has ended meanwhile');
    expect(again.text).toMatch(/value="projects:read"/);
    const answer = { decision: 'allow', scope: 'projects:read', duration: '3600' };
    expect(callback(await person.submit(again, '/consent', answer)).get('code')).toBeTruthy();
  });
});

it('what has ended is purged with everything else that has expired', async () => {
  const { gid, clientId } = await connected(String(hour));
  await server.db.pgPool.query(
    "UPDATE grants SET ends_at = now() - interval '1 s', expires_at = now() - interval '1 s', expires_on = current_date WHERE id = $1",
    [gid],
  );
  await purge(server.db);
  expect(await familyOf(gid)).toBeUndefined();
  expect(await rowsOf(server.db, `SELECT 1 FROM clients WHERE client_id = '${clientId}'`)).toHaveLength(1);
});
