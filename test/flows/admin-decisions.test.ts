/** What an admin takes from a client that describes itself stays taken, whatever the client says later. */
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { updateClient } from '../../src/operations/clients.ts';
import { giveBack } from '../../src/operations/give-back.ts';
import { decidableFields } from '../../src/policy/client/admin-decisions.ts';
import { type Client, getClient } from '../../src/store/clients.ts';
import { type DocumentHost, startDocumentHost } from '../support/document-host.ts';
import { authorizeUrl } from '../support/oauth.ts';
import { newPerson } from '../support/person.ts';
import { type Registration, registered, sendRegistration } from '../support/registering.ts';
import { auditOf } from '../support/rows.ts';
import { redirectUri, startTestServer, type TestServer } from '../support/server.ts';
import { addAdmin, adminToken, call } from '../web/admin-api/support.ts';

let host: DocumentHost;
let server: TestServer;
let token: string;
let keys: JWK[];
beforeAll(async () => {
  host = await startDocumentHost();
  server = await startTestServer({ outbound: host.outbound });
  await addAdmin(server, 'admin');
  token = await adminToken(server, 'admin');
  keys = await Promise.all(['one', 'two', 'three'].map(newKey));
});
afterAll(async () => {
  await server.stop();
  await host.stop();
});

async function newKey(kid: string): Promise<JWK> {
  const { publicKey } = await generateKeyPair('ES256');
  return { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' };
}

const admin = { id: 'test' };
const bad = 'https://bad.example/cb';
const later = 'https://later.example/cb';

interface Case {
  /** What the client says at first, and again later. */
  readonly said?: object;
  readonly taken: object;
  /** What it says later, where that is more than at first. */
  readonly later?: object;
  /** What holds then. */
  readonly holds: object;
  readonly givenBack: object;
  /** Only the document of a client says this. */
  readonly documentAlone?: true;
  /** A document is never followed in it. */
  readonly documentGivesBack?: object;
}

const text = (name: string, said: string, admins: string | null): [string, Case] => [
  name,
  { said: { [name]: said }, taken: { [name]: admins }, holds: { [name]: admins }, givenBack: { [name]: said } },
];
const proof = { token_endpoint_auth_method: 'private_key_jwt', id_token_signed_response_alg: 'ES256' };
const scopes = { scope: 'projects:read projects:write analytics:read' };

const cases: Record<string, Case> = {
  ...Object.fromEntries([
    text('client_name', 'VibeCaaS Support', 'An app of somebody'),
    ...['en', 'de', 'es', 'fr', 'ja'].map((code) => text(`client_name#${code}`, 'VibeCaaS Support', null)),
    text('client_uri', 'https://bad.example/', null),
    text('policy_uri', 'https://bad.example/policy', 'https://good.example/policy'),
    text('tos_uri', 'https://bad.example/terms', null),
  ]),
  contacts: {
    said: { contacts: ['a@bad.example', 'b@bad.example'] },
    taken: { contacts: ['a@bad.example'] },
    later: { contacts: ['a@bad.example', 'b@bad.example', 'c@bad.example'] },
    holds: { contacts: ['a@bad.example'] },
    givenBack: { contacts: ['a@bad.example', 'b@bad.example', 'c@bad.example'] },
  },
  redirect_uris: {
    said: { redirect_uris: [redirectUri, bad] },
    taken: { redirect_uris: [redirectUri] },
    later: { redirect_uris: [bad, redirectUri, later] },
    holds: { redirect_uris: [redirectUri] },
    givenBack: { redirect_uris: [bad, redirectUri, later] },
  },
  post_logout_redirect_uris: {
    said: { post_logout_redirect_uris: [bad] },
    taken: { post_logout_redirect_uris: [] },
    later: { post_logout_redirect_uris: [bad, later] },
    holds: { post_logout_redirect_uris: [] },
    givenBack: { post_logout_redirect_uris: [bad, later] },
  },
  grant_types: {
    said: { grant_types: ['authorization_code', 'refresh_token'] },
    taken: { grant_types: ['authorization_code'] },
    holds: { grant_types: ['authorization_code'] },
    givenBack: { grant_types: ['authorization_code', 'refresh_token'] },
  },
  token_endpoint_auth_method: {
    said: { token_endpoint_auth_method: 'client_secret_basic' },
    taken: { token_endpoint_auth_method: 'client_secret_post' },
    holds: { token_endpoint_auth_method: 'client_secret_post' },
    givenBack: { token_endpoint_auth_method: 'client_secret_basic' },
    documentAlone: true,
  },
  id_token_signed_response_alg: {
    said: { id_token_signed_response_alg: 'ES256' },
    taken: { id_token_signed_response_alg: 'RS256' },
    holds: { id_token_signed_response_alg: 'RS256' },
    givenBack: { id_token_signed_response_alg: 'ES256' },
    documentAlone: true,
  },
  get jwks(): Case {
    const [one, two, three] = keys;
    return {
      said: { ...proof, jwks: { keys: [one, two] } },
      taken: { jwks: { keys: [one] } },
      later: { jwks: { keys: [two, three] } },
      holds: { jwks: { keys: [one] } },
      givenBack: { jwks: { keys: [two, three] } },
      documentAlone: true,
    };
  },
  get jwks_uri(): Case {
    return {
      said: { ...proof, jwks_uri: 'https://bad.example/keys' },
      taken: { jwks_uri: null, jwks: { keys: keys.slice(0, 1) } },
      holds: { jwks_uri: null, jwks: { keys: keys.slice(0, 1) } },
      givenBack: { jwks_uri: 'https://bad.example/keys', jwks: null },
      documentAlone: true,
    };
  },
  scope: {
    said: scopes,
    taken: { scope: 'projects:read', default_scope: 'projects:read', optional_scope: '' },
    later: { scope: 'projects:read projects:write deployments:read' },
    holds: { scope: 'projects:read', default_scope: 'projects:read', optional_scope: '' },
    givenBack: {
      scope: 'projects:read projects:write deployments:read',
      default_scope: 'projects:read deployments:read',
      optional_scope: 'projects:write',
    },
  },
  default_scope: {
    said: scopes,
    taken: { default_scope: 'projects:read' },
    holds: { ...scopes, default_scope: 'projects:read' },
    givenBack: { default_scope: 'projects:read analytics:read' },
  },
  optional_scope: {
    said: scopes,
    taken: { optional_scope: 'analytics:read projects:write' },
    holds: { ...scopes, optional_scope: 'projects:write analytics:read' },
    givenBack: { optional_scope: 'projects:write' },
  },
};

const sorted = (value: unknown) => (typeof value === 'string' ? value.split(' ').toSorted().join(' ') : value);
const only = (from: object, names: object) =>
  Object.fromEntries(Object.keys(names).map((name) => [name, sorted((from as Record<string, unknown>)[name] ?? null)]));
const expected = (values: object) => only(values, values);
const stored = (clientId: string, names: object) => getClient(server.db, clientId).then((found) => only(found, names));

let made = 0;
const base = () => {
  made += 1;
  return { client_name: `App ${made}`, redirect_uris: [redirectUri] };
};

function put(app: Registration, body: object) {
  const path = `${server.issuer}/oauth/register/${app.client_id}`;
  const whole = { client_id: app.client_id, ...body };
  return sendRegistration(path, whole, { method: 'PUT', token: app.registration_access_token });
}

describe('What an admin decides about a client that registered itself', () => {
  it('covers every field that a client can say of itself', () => {
    expect(Object.keys(cases).toSorted()).toEqual([...decidableFields].toSorted());
  });

  it.each(Object.keys(cases))('holds for %s when the client says otherwise, until it is given back', async (name) => {
    const one = cases[name] as Case;
    const first = { ...base(), ...one.said };
    const app = await registered(server, first);
    await updateClient(server.db, app.client_id, one.taken, admin);
    const { status, body } = await put(app, { ...first, ...one.later });
    expect([status, body]).toMatchObject([200, { client_id: app.client_id }]);
    expect(await stored(app.client_id, one.holds)).toEqual(expected(one.holds));
    const answered = Object.fromEntries(Object.entries(one.holds).filter(([field]) => field in body));
    expect(only(body, answered)).toEqual(expected(answered));
    await giveBack(server.db, app.client_id, name, admin);
    expect(await stored(app.client_id, one.givenBack)).toEqual(expected(one.givenBack));
    expect((await getClient(server.db, app.client_id)).admin_decisions).toBe(null);
    expect((await put(app, first)).status).toBe(200);
    if (one.said) expect(await stored(app.client_id, one.said)).toEqual(expected(one.said));
  });
});

describe('What an admin decides about a client that a document describes', () => {
  it.each(Object.keys(cases))('holds for %s, or is refused', async (name) => {
    const one = cases[name] as Case;
    const file = `decided-${name.replace('#', '-')}.json`;
    const said = { ...base(), token_endpoint_auth_method: 'none', ...one.said };
    if (said.token_endpoint_auth_method === 'client_secret_basic') said.token_endpoint_auth_method = 'none';
    const clientId = host.serve(file, said);
    await newPerson(server.issuer).visit(authorizeUrl(server, { client_id: clientId }));
    const taking = updateClient(server.db, clientId, one.taken, admin);
    if (one.documentAlone) return expect(taking).rejects.toMatchObject({ kind: 'invalid' });
    await taking;
    host.serve(file, { ...said, ...one.later, tos_uri: 'https://changed.example/' });
    const path = `/clients/${encodeURIComponent(clientId)}`;
    const read = await call(server, `${path}/read-document`, { token, method: 'POST', body: {} });
    expect([read.status, read.body.data.metadata_document.error]).toEqual([200, null]);
    if (name !== 'tos_uri') expect(read.body.data.tos_uri).toBe('https://changed.example/');
    expect(await stored(clientId, one.holds)).toEqual(expected(one.holds));
    await giveBack(server.db, clientId, name, admin);
    const back = name === 'tos_uri' ? { tos_uri: 'https://changed.example/' } : one.givenBack;
    expect(await stored(clientId, back)).toEqual(expected(back));
  });

  it('adds no address that the document does not have', async () => {
    const clientId = host.serve('adds.json', base());
    await newPerson(server.issuer).visit(authorizeUrl(server, { client_id: clientId }));
    await expect(
      updateClient(server.db, clientId, { redirect_uris: [redirectUri, later] }, admin),
    ).rejects.toMatchObject({ kind: 'invalid', details: { redirect_uris: expect.any(String) } });
  });

  it('keeps a document from use that has nothing of what was left', async () => {
    const clientId = host.serve('nothing-left.json', { ...base(), redirect_uris: [redirectUri, bad] });
    await newPerson(server.issuer).visit(authorizeUrl(server, { client_id: clientId }));
    await updateClient(server.db, clientId, { redirect_uris: [redirectUri] }, admin);
    host.serve('nothing-left.json', { ...base(), redirect_uris: [bad] });
    const path = `/clients/${encodeURIComponent(clientId)}/read-document`;
    const { body } = await call(server, path, { token, method: 'POST', body: {} });
    expect(body.data).toMatchObject({
      redirect_uris: [redirectUri],
      metadata_document: { error: expect.stringContaining('has nothing that an admin of this server has left') },
    });
  });
});

describe('A client whose name an admin has corrected', () => {
  const claimed = { 'client_name#en': 'Google Drive', 'client_name#ja': 'Google ドライブ' };
  const names = { client_name: 'Not Google', 'client_name#en': null, 'client_name#de': null, 'client_name#ja': null };

  it('has no other name in another language by registering again, until the admin gives the name back', async () => {
    const app = await registered(server, base());
    await updateClient(server.db, app.client_id, { client_name: 'Not Google' }, admin);
    const { status, body } = await put(app, { ...base(), client_name: 'Google Drive', ...claimed });
    expect([status, body.client_name, body['client_name#en']]).toEqual([200, 'Not Google', undefined]);
    expect(await stored(app.client_id, names)).toEqual(expected(names));
    await giveBack(server.db, app.client_id, 'client_name', admin);
    expect(await stored(app.client_id, claimed)).toEqual(expected(claimed));
    expect((await getClient(server.db, app.client_id)).admin_decisions).toBe(null);
  });

  it('has none by its document either', async () => {
    const said = { ...base(), token_endpoint_auth_method: 'none' };
    const clientId = host.serve('named.json', said);
    await newPerson(server.issuer).visit(authorizeUrl(server, { client_id: clientId }));
    await updateClient(server.db, clientId, { client_name: 'Not Google' }, admin);
    host.serve('named.json', { ...said, ...claimed });
    const path = `/clients/${encodeURIComponent(clientId)}/read-document`;
    expect((await call(server, path, { token, method: 'POST', body: {} })).status).toBe(200);
    expect(await stored(clientId, names)).toEqual(expected(names));
  });

  it('by an older server, which decided about the one name alone, has none either', async () => {
    const app = await registered(server, base());
    await updateClient(server.db, app.client_id, { client_name: 'Not Google' }, admin);
    const alone = JSON.stringify({ client_name: { holds: 'Not Google', own: 'Google Drive' } });
    await server.db.pgPool.query('UPDATE clients SET admin_decisions = $2 WHERE client_id = $1', [
      app.client_id,
      alone,
    ]);
    expect((await put(app, { ...base(), ...claimed })).status).toBe(200);
    expect(await stored(app.client_id, names)).toEqual(expected(names));
  });
});

describe('A client that an admin has limited', () => {
  it('is refused what leaves it nothing, and keeps what it had', async () => {
    const first = { ...base(), redirect_uris: [redirectUri, bad] };
    const app = await registered(server, first);
    await updateClient(server.db, app.client_id, { redirect_uris: [redirectUri] }, admin);
    const { status, body } = await put(app, { ...first, redirect_uris: [bad] });
    expect([status, body.error, body.error_description]).toEqual([
      400,
      'invalid_redirect_uri',
      'redirect_uris has nothing that an admin of this server has left to this client',
    ]);
    expect(await stored(app.client_id, { redirect_uris: 1 })).toEqual({ redirect_uris: [redirectUri] });
  });

  it('has in the audit log what it said in vain', async () => {
    const first = { ...base(), redirect_uris: [redirectUri, bad] };
    const app = await registered(server, first);
    await updateClient(server.db, app.client_id, { redirect_uris: [redirectUri] }, admin);
    await put(app, { ...first, client_name: 'Renamed' });
    const events = await auditOf(server.db, `client:${app.client_id}`);
    expect(events.at(-1)).toMatchObject({
      action: 'client.updated',
      details: { after: { client_name: 'Renamed' }, overruled: ['redirect_uris'] },
    });
  });

  it('may leave out and name again what the admin left', async () => {
    const [one, two] = ['https://one.example/cb', 'https://two.example/cb'];
    const first = { ...base(), redirect_uris: [one, two, bad] };
    const app = await registered(server, first);
    await updateClient(server.db, app.client_id, { redirect_uris: [one, two] }, admin);
    expect((await put(app, { ...first, redirect_uris: [one] })).body.redirect_uris).toEqual([one]);
    expect((await put(app, first)).body.redirect_uris).toEqual([one, two]);
    // An admin who adds allows what is added beside what was left.
    await put(app, { ...first, redirect_uris: [one] });
    await updateClient(server.db, app.client_id, { redirect_uris: [one, later] }, admin);
    expect((await put(app, { ...first, redirect_uris: [one, two, bad, later] })).body.redirect_uris).toEqual([
      one,
      two,
      later,
    ]);
  });

  it('is not limited by an admin who only adds', async () => {
    const first = base();
    const app = await registered(server, first);
    const { client } = await updateClient(server.db, app.client_id, { redirect_uris: [redirectUri, later] }, admin);
    expect((client as Client).admin_decisions).toBe(null);
    expect((await put(app, { ...first, redirect_uris: [bad] })).body.redirect_uris).toEqual([bad]);
  });

  it('has no field given back that nobody has decided', async () => {
    const app = await registered(server, base());
    await expect(giveBack(server.db, app.client_id, 'redirect_uris', admin)).rejects.toMatchObject({
      kind: 'conflict',
    });
    await expect(giveBack(server.db, app.client_id, 'status', admin)).rejects.toMatchObject({ kind: 'conflict' });
  });
});
