/** OpenID Connect Back-Channel Logout 1.0 end to end: a real relying party signs people in and is told when their sessions end. */
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deleteAccount } from '../../src/operations/account-deletion.ts';
import {
  requirePasswordChange,
  setPassword,
  signOutEverywhere,
  suspendAccount,
} from '../../src/operations/accounts.ts';
import { updateClient } from '../../src/operations/clients.ts';
import { purge } from '../../src/operations/purge.ts';
import { endSession } from '../../src/operations/sessions.ts';
import { sidOf } from '../../src/policy/backchannel-logout.ts';
import { sha256 } from '../../src/store/sealer.ts';
import { conformance } from '../support/conformance.ts';
import { authorizeUrl, exchange, obtainCode, obtainTokens, refresh } from '../support/oauth.ts';
import { newPerson, type Person, signIn } from '../support/person.ts';
import { type RelyingParty, startRelyingParty } from '../support/relying-party.ts';
import { rowsOf } from '../support/rows.ts';
import { addPerson, password, startTestServer, type TestServer } from '../support/server.ts';
import { passwords } from '../support/standard.ts';
import { actor, attemptsOf, deliveriesOf, rules, sendDue } from '../support/webhooks.ts';

const seen = conformance(import.meta.url);
let server: TestServer;
let app: RelyingParty;
beforeAll(async () => {
  server = await startTestServer({ env: { WEBHOOK_DELIVERY: 'off' } });
  app = await startRelyingParty(server, 'rp');
});
afterAll(async () => {
  await app.stop();
  await server.stop();
});
beforeEach(async () => {
  app.answer(undefined);
  app.requests.length = 0;
  app.sessions.clear();
  await server.db.script('DELETE FROM webhook_deliveries');
});

let people = 0;
const newAccount = () => {
  people += 1;
  return addPerson(server.db, `rp-${people}@example.com`);
};
const sessionsOf = (id: string) => rowsOf(server.db, `SELECT * FROM sessions WHERE account_id = '${id}'`);
const sessionOf = async (id: string) => String((await sessionsOf(id))[0]?.uid);

async function signOut(person: Person): Promise<void> {
  await person.submit(await person.visit('/oauth/logout'), '/logout/confirm', { logout: 'yes' });
}

it('the metadata says that logout tokens are sent, with sid, and nothing of the front channel', async () => {
  const metadata = await (await fetch(`${server.issuer}/.well-known/openid-configuration`)).json();
  expect(metadata).toMatchObject({ backchannel_logout_supported: true, backchannel_logout_session_supported: true });
  expect(Object.keys(metadata).filter((name) => name.startsWith('frontchannel'))).toEqual([]);
});

describe('a session ends, and its relying party is told', () => {
  const ways: [string, (account: { id: string; email: string }, person: Person) => Promise<unknown>][] = [
    ['the person signs out at the app’s request', (_, person) => signOut(person)],
    [
      'the person signs out on a page of the account',
      async (_, person) => person.submit(await person.visit('/account/apps'), '/sign-out', {}),
    ],
    [
      'the person ends the session from another browser',
      async (account) => {
        const elsewhere = newPerson(server.issuer);
        await signIn(elsewhere, await elsewhere.visit('/sign-in'), account.email);
        const page = await elsewhere.visit('/account/sessions');
        const csrf = /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] as string;
        await elsewhere.visit('/account/sessions/end-others', { method: 'POST', body: new URLSearchParams({ csrf }) });
      },
    ],
    [
      'an admin ends it',
      async ({ id }) => endSession(server.db, { accountId: id, sessionId: await sessionOf(id) }, actor),
    ],
    ['every session is ended', ({ id }) => signOutEverywhere(server.db, id, { endGrants: false }, actor)],
    ['a password is set', ({ id }) => setPassword(server.db, passwords, id, `${password} 2`, actor)],
    ['a new password is demanded', ({ id }) => requirePasswordChange(server.db, id, actor)],
    ['the account is suspended', ({ id }) => suspendAccount(server.db, id, actor)],
    ['the account is deleted', ({ id }) => deleteAccount(server.db, id, actor)],
    [
      'somebody else signs in in the same browser',
      async (_, person) => {
        const page = await person.visit(authorizeUrl(server, { scope: 'openid', prompt: 'login' }));
        await signIn(person, page, (await newAccount()).email);
      },
    ],
  ];

  it.each(ways)('%s', async (_way, end) => {
    const account = await newAccount();
    const person = newPerson(server.issuer);
    const idToken = await app.signIn(person, account.email);
    const uid = await sessionOf(account.id);
    expect(app.sessions.size).toBe(1);
    await end(account, person);
    await sendDue(server);
    expect(app.requests.map(({ problem }) => problem)).toEqual([undefined]);
    expect(app.requests[0]?.claims).toMatchObject({ sub: account.id, sid: idToken.sid });
    expect(app.sessions.size).toBe(0);
    expect(idToken.sid).toBe(sidOf(uid, 'rp'));
  });
});

it('a logout token has exactly the claims of the specification, and the type logout+jwt', async () => {
  const account = await newAccount();
  const person = newPerson(server.issuer);
  const { sid } = await app.signIn(person, account.email);
  await signOut(person);
  await sendDue(server);
  const [got] = app.requests;
  const { iat, exp, jti, ...claims } = got?.claims ?? {};
  expect(claims).toEqual({
    iss: server.issuer,
    sub: account.id,
    aud: 'rp',
    sid,
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  });
  expect([(exp as number) - (iat as number), typeof jti]).toEqual([120, 'string']);
  expect(decodeProtectedHeader(got?.token as string)).toMatchObject({ typ: 'logout+jwt', alg: 'ES256' });
  expect([got?.type, [...new URLSearchParams(got?.body).keys()]]).toEqual([
    'application/x-www-form-urlencoded',
    ['logout_token'],
  ]);
  seen({
    scenario: 'A relying party verifies a logout token and ends its session',
    specification: 'OpenID Connect Back-Channel Logout 1.0 §2.6',
    client: 'openid-client 6, jose',
  });
});

it('a client whose ID tokens are signed by RS256 gets logout tokens signed by RS256', async () => {
  const classic = await startRelyingParty(server, 'classic-rp', { id_token_signed_response_alg: 'RS256' });
  const account = await newAccount();
  const person = newPerson(server.issuer);
  await classic.signIn(person, account.email);
  await signOut(person);
  await sendDue(server);
  expect(classic.requests).toMatchObject([{ problem: undefined }]);
  expect(decodeProtectedHeader(classic.requests[0]?.token as string).alg).toBe('RS256');
  await classic.stop();
});

describe('sid', () => {
  it('is the same for every ID token of a session and a client, by code and by refresh', async () => {
    const account = await newAccount();
    const person = newPerson(server.issuer);
    const first = await app.signIn(person, account.email);
    const again = await app.signIn(person, account.email);
    expect(again.sid).toBe(first.sid);
    const changes = { backchannel_logout_uri: app.url };
    await updateClient(server.db, 'web', changes, actor, { outbound: rules });
    const params = { client_id: 'web', scope: 'openid projects:read' };
    const tokens = await obtainTokens(server, params, person);
    const { body } = await refresh(server, tokens.refresh_token as string, 'web');
    const sids = [tokens.id_token, body.id_token].map((token) => decodeJwt(token as string).sid);
    expect(new Set(sids)).toEqual(new Set([sidOf(await sessionOf(account.id), 'web')]));
    await updateClient(server.db, 'web', { backchannel_logout_uri: null }, actor);
  });

  it('differs between clients and between sessions, and is not the id of the session', async () => {
    const other = await startRelyingParty(server, 'rp-beside');
    const account = await newAccount();
    const [here, there] = [newPerson(server.issuer), newPerson(server.issuer)];
    const sids = [
      (await app.signIn(here, account.email)).sid,
      (await other.signIn(here, account.email)).sid,
      (await app.signIn(there, account.email)).sid,
    ];
    expect(new Set(sids).size).toBe(3);
    for (const sid of sids) expect(sid).toMatch(/^[\w-]{43}$/);
    const uids = (await sessionsOf(account.id)).map(({ uid }) => uid);
    expect(sids.filter((sid) => uids.includes(sid as string))).toEqual([]);
    await other.stop();
  });

  it('is computed alike by the database and in ID tokens', async () => {
    const pairs = ['a', 'Zk3-_x', 'ü', 'https://app.example/client'].map((id) => [`session of ${id}`, id] as const);
    for (const [uid, clientId] of pairs) {
      const { rows } = await server.db.pgPool.query('SELECT sid_of($1, $2) AS sid', [uid, clientId]);
      expect(rows[0].sid).toBe(sidOf(uid, clientId));
    }
  });

  it('is not in the ID tokens of a client that is not told of sign-outs', async () => {
    const tokens = await obtainTokens(server, { scope: 'openid projects:read' });
    expect(decodeJwt(tokens.id_token as string)).not.toHaveProperty('sid');
  });
});

describe('nothing is sent', () => {
  it('to a client that got no ID token in the session', async () => {
    const changes = { backchannel_logout_uri: app.url };
    await updateClient(server.db, 'spa', changes, actor, { outbound: rules });
    const person = newPerson(server.issuer);
    await obtainTokens(server, { scope: 'projects:read' }, person);
    await signOut(person);
    expect(await deliveriesOf(server, 'spa')).toEqual([]);
    await updateClient(server.db, 'spa', { backchannel_logout_uri: null }, actor);
  });

  it('when a session expires, which nobody has ended', async () => {
    const account = await newAccount();
    await app.signIn(newPerson(server.issuer), account.email);
    await server.db.script(
      `UPDATE sessions SET expires_at = now() - interval '1 s' WHERE account_id = '${account.id}'`,
    );
    await purge(server.db);
    expect([await sessionsOf(account.id), await deliveriesOf(server, 'rp')]).toEqual([[], []]);
  });

  it('when the session gets a new id, is confirmed, or is left as it is', async () => {
    const account = await newAccount();
    const person = newPerson(server.issuer);
    await app.signIn(person, account.email);
    await app.signIn(person, account.email);
    const page = await person.visit('/oauth/logout?client_id=rp');
    await person.submit(page, '/logout/confirm', {});
    expect(await sessionsOf(account.id)).toHaveLength(1);
    expect(await deliveriesOf(server, 'rp')).toEqual([]);
  });

  it('of what was rolled back', async () => {
    const account = await newAccount();
    await app.signIn(newPerson(server.issuer), account.email);
    const ending = server.db.transaction(async (trx) => {
      await endSession(trx, { accountId: account.id, sessionId: await sessionOf(account.id) }, actor);
      throw new Error('something else failed');
    });
    await expect(ending).rejects.toThrow('something else failed');
    expect(await deliveriesOf(server, 'rp')).toEqual([]);
  });
});

it('a client that got its address after the sign-in is told too, because it knows the person', async () => {
  const late = await startRelyingParty(server, 'late-rp', { backchannel_logout_uri: null });
  const account = await newAccount();
  const person = newPerson(server.issuer);
  expect(await late.signIn(person, account.email)).not.toHaveProperty('sid');
  await updateClient(server.db, 'late-rp', { backchannel_logout_uri: late.url }, actor, { outbound: rules });
  await signOut(person);
  await sendDue(server);
  expect(late.requests).toMatchObject([{ problem: undefined, claims: { sub: account.id } }]);
  await late.stop();
});

it('two authorizations at the same moment are both remembered', async () => {
  const apps = await Promise.all(['twin-a', 'twin-b', 'twin-c'].map((id) => startRelyingParty(server, id)));
  const account = await newAccount();
  const person = newPerson(server.issuer);
  // The person has allowed all of them before, so that each is one request.
  for (const one of apps) await one.signIn(person, account.email);
  await signOut(person);
  await server.db.script('DELETE FROM webhook_deliveries');
  await signIn(person, await person.visit('/sign-in'), account.email);
  const sids = (await Promise.all(apps.map((one) => one.signIn(person, account.email)))).map(({ sid }) => sid);
  await signOut(person);
  await sendDue(server);
  expect(apps.map((one) => one.requests.at(-1)?.claims.sid)).toEqual(sids);
  await Promise.all(apps.map((one) => one.stop()));
});

it('a code that is exchanged after the person has signed out gives no tokens, and nothing is spent', async () => {
  await updateClient(server.db, 'web', { backchannel_logout_uri: app.url }, actor, { outbound: rules });
  const person = newPerson(server.issuer);
  const code = await obtainCode(server, { client_id: 'web', scope: 'openid projects:read' }, person);
  const withoutIdToken = await obtainCode(server, { client_id: 'web', scope: 'projects:read' }, person);
  await signOut(person);
  const late = await exchange(server, code, 'web');
  expect([late.status, late.body.error]).toEqual([400, 'invalid_grant']);
  const { rows } = await server.db.pgPool.query('SELECT consumed_at FROM authorization_codes WHERE code_hash = $1', [
    sha256(code),
  ]);
  expect(rows).toEqual([{ consumed_at: null }]);
  expect((await exchange(server, withoutIdToken, 'web')).status).toBe(200);
  await updateClient(server.db, 'web', { backchannel_logout_uri: null }, actor);
});

describe('the answer', () => {
  const answers: [string, number, 'delivered' | 'pending'][] = [
    ['200', 200, 'delivered'],
    ['204', 204, 'delivered'],
    ['202, which is not what the specification says', 202, 'pending'],
    ['400', 400, 'pending'],
    ['404', 404, 'pending'],
    ['410, which turns nothing off', 410, 'pending'],
    ['500', 500, 'pending'],
  ];
  it.each(answers)('%s leaves the delivery as it should', async (_name, status, expected) => {
    const account = await newAccount();
    const person = newPerson(server.issuer);
    await app.signIn(person, account.email);
    app.answer((response) => void response.writeHead(status).end());
    await signOut(person);
    await sendDue(server);
    expect(await deliveriesOf(server, 'rp')).toMatchObject([
      { type: 'backchannel_logout', status: expected, attempts: 1 },
    ]);
    expect(await attemptsOf(server, 'rp')).toMatchObject([{ status, error: null }]);
  });

  it('400 is final after four attempts, everything else after ten; each attempt has a new token', async () => {
    const account = await newAccount();
    for (const [status, attempts] of [
      [400, 4],
      [503, 10],
    ] as const) {
      app.requests.length = 0;
      await server.db.script('DELETE FROM webhook_deliveries');
      const person = newPerson(server.issuer);
      await app.signIn(person, account.email);
      app.answer((response) => void response.writeHead(status).end());
      await signOut(person);
      for (let i = 0; i < 12; i += 1) {
        await server.db.script(
          "UPDATE vcauth_queue.job SET start_after = now() - interval '1 second' WHERE name = 'logouts'",
        );
        await sendDue(server);
      }
      expect(await deliveriesOf(server, 'rp')).toMatchObject([{ status: 'failed', attempts }]);
      expect(new Set(app.requests.map(({ claims }) => claims.jti)).size).toBe(attempts);
      expect(app.requests.every(({ problem }) => problem === undefined)).toBe(true);
      app.answer(undefined);
    }
  });

  it('a token that is sent an hour later is not an hour old, and its key is published', async () => {
    const account = await newAccount();
    const person = newPerson(server.issuer);
    await app.signIn(person, account.email);
    await signOut(person);
    await server.db.script(`UPDATE webhook_deliveries SET created_at = created_at - interval '1 hour'`);
    await sendDue(server);
    expect(app.requests).toMatchObject([{ problem: undefined }]);
  });

  it('a client whose address was taken away is sent nothing any more', async () => {
    const gone = await startRelyingParty(server, 'gone-rp');
    const account = await newAccount();
    const person = newPerson(server.issuer);
    await gone.signIn(person, account.email);
    await signOut(person);
    await updateClient(server.db, 'gone-rp', { backchannel_logout_uri: null }, actor);
    await sendDue(server);
    expect(gone.requests).toEqual([]);
    expect(await deliveriesOf(server, 'gone-rp')).toMatchObject([{ status: 'failed' }]);
    expect(await attemptsOf(server, 'gone-rp')).toMatchObject([{ error: expect.stringContaining('not sent') }]);
    await gone.stop();
  });
});
