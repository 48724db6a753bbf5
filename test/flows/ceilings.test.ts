/**
 * What an admin takes from a client is also gone from what is under way: each property of a client against each stage
 * of an authorization, on a node that was told of the change and on one that was not.
 */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { deleteClient } from '../../src/operations/client-deletion.ts';
import { createClient, disableClient, rotateSecret, updateClient } from '../../src/operations/clients.ts';
import { deviceGrantType } from '../../src/policy/device-codes.ts';
import { signedInAs } from '../support/admin.ts';
import { eventually } from '../support/eventually.ts';
import {
  authorizeUrl,
  callback,
  exchange,
  introspect,
  obtainCode,
  obtainTokens,
  post,
  refresh,
} from '../support/oauth.ts';
import { decide, newPerson, type Page, type Person, signIn } from '../support/person.ts';
import { rowsOf, waitingForLocks } from '../support/rows.ts';
import { addPerson, apiResource, redirectUri, secrets, startTestServer, type TestServer } from '../support/server.ts';
import { addSigner } from '../support/signer.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const by = { id: 'test' };
const other = 'https://app.example/other';
const both = 'projects:read ai:generate';
let made = 0;

async function newClient(more: object = {}): Promise<string> {
  made += 1;
  const client_id = `app-${made}`;
  const input = {
    client_id,
    client_name: 'App',
    type: 'spa',
    redirect_uris: [redirectUri, other],
    scope: both,
    ...more,
  };
  const { clientSecret } = await createClient(server.db, input as never, by);
  if (clientSecret) secrets[client_id] = clientSecret;
  return client_id;
}

/** A change of the columns of a client: by the operation, which notifies every node, or directly in the database. */
type Change = Partial<Record<string, string | string[] | boolean | null>>;
const ways: [how: string, change: (clientId: string, to: Change) => Promise<void>][] = [
  [
    'a node that was told',
    async (clientId, to) => {
      await updateClient(server.db, clientId, to as never, by);
    },
  ],
  [
    'a node that was not told',
    async (clientId, to) => {
      const names = Object.keys(to);
      const set = names.map((name, i) => `${name} = $${i + 2}`).join(', ');
      await server.db.pgPool.query(`UPDATE clients SET ${set} WHERE client_id = $1`, [clientId, ...Object.values(to)]);
    },
  ],
];

/** The parameters of a request that was pushed. */
async function pushed(clientId: string, params: Record<string, string | undefined>) {
  const form = new URL(authorizeUrl(server, { client_id: clientId, ...params })).searchParams;
  const { body } = await post(server, '/oauth/par', Object.fromEntries(form), clientId);
  const gone = Object.fromEntries([...form.keys()].map((name) => [name, undefined]));
  return { ...gone, client_id: clientId, request_uri: body.request_uri as string };
}

interface Stages {
  /** A consent page that is open. */
  page: 'refused by a page' | 'goes on';
  /** A code that was issued. */
  code: { status: number; scope?: string; error?: string; refreshes?: boolean };
  /** A living token family. */
  refresh: { status: number; scope?: string; error?: string };
  /** An access token as the gateway sees it. */
  token: { active: boolean; scope?: string };
}

const goesOn: Stages = {
  page: 'goes on',
  code: { status: 200, scope: both, refreshes: true },
  refresh: { status: 200, scope: both },
  token: { active: true, scope: both },
};
const readsOnly = 'projects:read';

/** What is taken away from a client that had `before`, and the result at each stage. */
const matrix: [what: string, before: object, change: Change, stages: Stages][] = [
  [
    'a scope',
    {},
    { scope: readsOnly },
    {
      page: 'refused by a page',
      code: { status: 200, scope: readsOnly, refreshes: true },
      refresh: { status: 200, scope: readsOnly },
      token: { active: true, scope: readsOnly },
    },
  ],
  [
    'every scope that was granted',
    {},
    { scope: 'analytics:read' },
    {
      page: 'refused by a page',
      code: { status: 400, error: 'invalid_scope' },
      refresh: { status: 400, error: 'invalid_scope' },
      token: { active: false },
    },
  ],
  [
    'the redirect URI',
    {},
    { redirect_uris: [other] },
    { ...goesOn, page: 'refused by a page', code: { status: 400, error: 'invalid_grant' } },
  ],
  [
    'refresh tokens',
    {},
    { grant_types: ['authorization_code'] },
    {
      ...goesOn,
      code: { status: 200, scope: both, refreshes: false },
      refresh: { status: 400, error: 'unauthorized_client' },
    },
  ],
  [
    'the choice of a scope',
    { optional_scope: 'ai:generate' },
    { optional_scope: '' },
    { ...goesOn, page: 'refused by a page' },
  ],
  ['the need of a scope', {}, { optional_scope: 'ai:generate' }, { ...goesOn, page: 'refused by a page' }],
  ['nothing but its name', {}, { client_name: 'Other' }, goesOn],
];

describe.each(ways)('on %s', (_how, change) => {
  describe.each(matrix)('%s is taken away', (_what, before, to, stages) => {
    const asked = { scope: both };

    it(`an open consent page ${stages.page}`, async () => {
      const clientId = await newClient(before);
      const { person, page } = await consentPage(clientId, asked);
      await change(clientId, to);
      const answer = await decide(person, page, 'allow', ['ai:generate']);
      if (stages.page === 'goes on') return expect(callback(answer).get('code')).toBeTruthy();
      expect([answer.status, answer.headers.get('location')]).toEqual([410, null]);
      expect(answer.text).toContain('This app has changed');
      const seen = async () => (await person.visit(page.url)).text;
      await eventually(seen).toContain('This app has changed');
    });

    it('a code that was issued gives what is left', async () => {
      const clientId = await newClient(before);
      const code = await obtainCode(server, { client_id: clientId, ...asked }, undefined, ['ai:generate']);
      await change(clientId, to);
      const { status, body } = await exchange(server, code, clientId);
      const { refreshes, ...said } = stages.code;
      expect({ status, ...body }).toMatchObject(said);
      if (status === 200) return expect('refresh_token' in body).toBe(refreshes);
      // A refused exchange has spent nothing: the code works again when the admin gives back what was taken.
      await updateClient(server.db, clientId, { scope: both, redirect_uris: [redirectUri] }, by);
      expect((await exchange(server, code, clientId)).status).toBe(200);
    });

    it('a living family refreshes to what is left', async () => {
      const clientId = await newClient(before);
      const tokens = await obtainTokensOf(clientId);
      await change(clientId, to);
      const forms: Record<string, string>[] = [{}, { scope: both }];
      for (const form of forms) {
        const { status, body } = await refresh(server, tokens.refresh_token as string, clientId, form);
        expect({ status, ...body }).toMatchObject(stages.refresh);
      }
    });

    it('an access token shows the gateway what is left', async () => {
      const clientId = await newClient(before);
      const { access_token: token } = await obtainTokensOf(clientId);
      expect((await introspect(server, token)).body).toMatchObject({ active: true, scope: both });
      await change(clientId, to);
      expect((await introspect(server, token)).body).toMatchObject(stages.token);
    });
  });

  it('what is given back returns to the same family, but nothing that the person never allowed', async () => {
    const clientId = await newClient();
    const { refresh_token: first } = await obtainTokensOf(clientId);
    await change(clientId, { scope: readsOnly });
    const narrow = (await refresh(server, first as string, clientId)).body;
    expect(narrow.scope).toBe(readsOnly);
    await change(clientId, { scope: `${both} projects:write` });
    expect((await refresh(server, narrow.refresh_token as string, clientId)).body.scope).toBe(both);
  });

  it('a family that began under a narrower ceiling gets back what its person allowed', async () => {
    const clientId = await newClient();
    const code = await obtainCode(server, { client_id: clientId, scope: both });
    await change(clientId, { scope: readsOnly });
    const { body } = await exchange(server, code, clientId);
    expect(body.scope).toBe(readsOnly);
    await change(clientId, { scope: both });
    expect((await refresh(server, body.refresh_token as string, clientId)).body.scope).toBe(both);
  });

  it('a client that has to authenticate by now is refused without authentication', async () => {
    const clientId = await newClient({ type: 'web', token_endpoint_auth_method: 'none' });
    const { refresh_token: token } = await obtainTokensOf(clientId);
    const code = await obtainCode(server, { client_id: clientId, scope: both });
    await change(clientId, { token_endpoint_auth_method: 'client_secret_basic' });
    expect((await refresh(server, token as string, clientId)).body.error).toBe('invalid_client');
    expect((await exchange(server, code, clientId)).body.error).toBe('invalid_client');
  });

  it('a client that is no longer a gateway sees nothing', async () => {
    const gateway = await newClient({ type: 'service', redirect_uris: [], scope: '', gateway_resource: apiResource });
    const { access_token: token } = await obtainTokensOf(await newClient());
    expect((await introspect(server, token, gateway)).body.active).toBe(true);
    await change(gateway, { gateway_resource: null, scope: readsOnly });
    expect((await introspect(server, token, gateway)).body).toEqual({ active: false });
  });

  it('a token that a client got for itself is inactive once the client may no longer act for itself', async () => {
    const grants = ['authorization_code', 'refresh_token'];
    const clientId = await newClient({ type: 'web', grant_types: [...grants, 'client_credentials'] });
    const form = { grant_type: 'client_credentials', scope: readsOnly };
    const { body } = await post(server, '/oauth/token', form, clientId);
    expect((await introspect(server, body.access_token as string)).body.active).toBe(true);
    await change(clientId, { grant_types: grants });
    expect((await introspect(server, body.access_token as string)).body).toEqual({ active: false });
  });

  it('a refresh token that its client can’t use is inactive, and UserInfo still names the person', async () => {
    const clientId = await newClient({ type: 'web' });
    const tokens = await obtainTokensOf(clientId, `openid ${both}`);
    await change(clientId, { grant_types: ['authorization_code'] });
    expect((await introspect(server, tokens.refresh_token as string, clientId)).body).toEqual({ active: false });
    const headers = { authorization: `Bearer ${tokens.access_token}` };
    expect((await fetch(`${server.issuer}/oauth/userinfo`, { headers })).status).toBe(200);
  });

  it('a sign-in page leads nowhere if its request would be refused by now', async () => {
    const clientId = await newClient({ first_party: true });
    const person = newPerson(server.issuer);
    const page = await person.visit(authorizeUrl(server, { client_id: clientId, scope: both }));
    await change(clientId, { first_party: false });
    const next = await signIn(person, page, server.person.email);
    // The person is asked now, or the app is told to ask: there is never a code without a question.
    expect(next.headers.get('location') ?? '').not.toContain('code=');
  });

  it('an open consent page of a client that may no longer ask by a redirect is refused', async () => {
    const grants = ['refresh_token', deviceGrantType];
    const clientId = await newClient({ type: 'web', grant_types: ['authorization_code', ...grants] });
    const { person, page } = await consentPage(clientId, { scope: both });
    await change(clientId, { grant_types: grants });
    const answer = await decide(person, page, 'allow');
    expect([answer.status, answer.headers.get('location')]).toEqual([410, null]);
  });

  it('a denial is not sent to a redirect URI that was removed', async () => {
    const clientId = await newClient();
    const { person, page } = await consentPage(clientId, { scope: both });
    await change(clientId, { redirect_uris: [other] });
    const answer = await decide(person, page, 'deny');
    expect([answer.status, answer.headers.get('location')]).toEqual([410, null]);
  });

  it.each(['sent', 'pushed'])('default scopes that a client has lost are not consented to (%s)', async (way) => {
    const clientId = await newClient({ default_scope: readsOnly });
    const asked = { scope: undefined };
    const { person, page } = await consentPage(clientId, way === 'sent' ? asked : await pushed(clientId, asked));
    await change(clientId, { default_scope: '' });
    expect((await decide(person, page, 'allow')).status).toBe(410);
  });
});

it('an app that is no longer ours asks its people, and what it got without asking has ended', async () => {
  const clientId = await newClient({ first_party: true });
  const person = newPerson(server.issuer);
  const tokens = await obtainTokens(server, { client_id: clientId, scope: both }, person);
  const code = await obtainCode(server, { client_id: clientId, scope: both }, person);
  await updateClient(server.db, clientId, { first_party: false }, by);
  expect((await introspect(server, tokens.access_token)).body).toEqual({ active: false });
  expect((await refresh(server, tokens.refresh_token as string, clientId)).body.error).toBe('invalid_grant');
  expect((await exchange(server, code, clientId)).body.error).toBe('invalid_grant');
  await eventually(
    async () => (await person.visit(authorizeUrl(server, { client_id: clientId, scope: both }))).text,
  ).toContain('name="decision"');
});

describe('a node that still treats an app as one of ours', () => {
  /** A first-party client that this node has in its cache, and a person who has never used it. */
  async function knownAsOurs(): Promise<{ clientId: string; person: Person; id: string }> {
    const clientId = await newClient({ first_party: true });
    await obtainCode(server, { client_id: clientId, scope: both });
    const { id, email } = await addPerson(server.db, `new-${crypto.randomUUID()}@example.com`);
    return { clientId, person: await signedInAs(server, email), id };
  }
  const consentsOf = (clientId: string, accountId: string) =>
    rowsOf(server.db, `SELECT granted FROM consents WHERE client_id = '${clientId}' AND account_id = '${accountId}'`);
  const demote = 'UPDATE clients SET first_party = false WHERE client_id = $1';

  it('writes no consent that nobody gave, and asks', async () => {
    const { clientId, person, id } = await knownAsOurs();
    await server.db.pgPool.query(demote, [clientId]);
    const page = await person.visit(authorizeUrl(server, { client_id: clientId, scope: both }));
    expect(page.text).toContain('name="decision"');
    expect(await consentsOf(clientId, id)).toEqual([]);
  });

  it('writes none either if the change commits while the person comes', async () => {
    const { clientId, person, id } = await knownAsOurs();
    const admin = await server.db.pgPool.connect();
    // Closed rather than returned: a transaction that a failed test leaves open would keep the server from stopping.
    onTestFinished(() => admin.release(true));
    await admin.query('BEGIN');
    await admin.query(demote, [clientId]);
    const visit = person.visit(authorizeUrl(server, { client_id: clientId, scope: both }));
    await eventually(() => waitingForLocks(server.db)).toBe(1);
    await admin.query('COMMIT');
    expect((await visit).text).toContain('name="decision"');
    expect(await consentsOf(clientId, id)).toEqual([]);
  });
});

it.each([
  ['suspended', (clientId: string) => disableClient(server.db, clientId, by, 'Fraud')],
  ['deleted', (clientId: string) => deleteClient(server.db, clientId, by)],
])('an open consent page of an app that was %s says what is true in both cases', async (_what, end) => {
  const clientId = await newClient();
  const { person, page } = await consentPage(clientId, { scope: both });
  await end(clientId);
  const answer = await decide(person, page, 'allow');
  expect([answer.status, answer.headers.get('location')]).toEqual([410, null]);
  expect(answer.text).toContain('It was suspended or removed after it asked');
});

it('a secret that has ended cannot refresh, even on a node that was not notified', async () => {
  const clientId = await newClient({ type: 'web' });
  const { refresh_token: token } = await obtainTokensOf(clientId);
  const { rows } = await server.db.pgPool.query('SELECT secret_hash FROM client_secrets WHERE client_id = $1', [
    clientId,
  ]);
  expect(rows).toHaveLength(1);
  await server.db.pgPool.query('DELETE FROM client_secrets WHERE client_id = $1', [clientId]);
  expect((await refresh(server, token as string, clientId)).body.error).toBe('invalid_client');
  secrets[clientId] = (await rotateSecret(server.db, clientId, {}, by)).clientSecret;
  await eventually(async () => (await refresh(server, token as string, clientId)).status).toBe(200);
});

const otherKey = '{"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "kid": "two"}]}';

it.each([
  ['keys', '', `jwks = '${otherKey}'`],
  ['audience', "assertion_audience = 'endpoint'", "assertion_audience = 'issuer'"],
  ['profile', '', "profile = 'fapi2'"],
])('an assertion that the former %s of its client allowed cannot refresh, even on such a node', async (...row) => {
  const [_what, before, after] = row;
  const set = (sql: string) => server.db.pgPool.query(`UPDATE clients SET ${sql} WHERE client_id = $1`, [id]);
  const { id, sign } = await addSigner(server);
  if (before) await set(before);
  const signed = () => sign(before ? `${server.issuer}/oauth/token` : undefined);
  const code = await obtainCode(server, { client_id: id, scope: readsOnly });
  const { body } = await exchange(server, code, id, await signed());
  expect(body.refresh_token).toBeDefined();
  await set(after);
  expect((await refresh(server, body.refresh_token as string, id, await signed())).body).toEqual({
    error: 'invalid_client',
    error_description: 'client authentication failed',
  });
});

async function obtainTokensOf(clientId: string, scope = both) {
  const code = await obtainCode(server, { client_id: clientId, scope }, undefined, ['ai:generate']);
  const { body } = await exchange(server, code, clientId);
  return body as { access_token: string; refresh_token?: string };
}

async function consentPage(
  clientId: string,
  params: Record<string, string | undefined>,
): Promise<{ person: Person; page: Page }> {
  const person = newPerson(server.issuer);
  const first = await person.visit(authorizeUrl(server, { client_id: clientId, ...params }));
  const page = await signIn(person, first, server.person.email);
  expect(page.text).toContain('name="decision"');
  return { person, page };
}
