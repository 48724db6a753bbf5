/** Apps that read, change and delete their own registration (RFC 7592). */
import { exportJWK, generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { disableClient, updateClient } from '../../src/operations/clients.ts';
import {
  deleteItself,
  findManaged,
  type Managed,
  replaceRegistration,
} from '../../src/operations/dynamic-registration.ts';
import { authorizeUrl, introspect, obtainTokens } from '../support/oauth.ts';
import { decide, newPerson, signIn } from '../support/person.ts';
import { type Registration, registered, sendRegistration } from '../support/registering.ts';
import { rowsOf } from '../support/rows.ts';
import { addPerson, redirectUri, startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const admin = { id: 'test' };
let made = 0;
function newApp(more: object = {}): Promise<Registration> {
  made += 1;
  return registered(server, { client_name: `App ${made}`, redirect_uris: [redirectUri], ...more });
}
const agent = { token_endpoint_auth_method: 'none' };

function manage(app: Registration, method: string, body?: object, token = app.registration_access_token) {
  return sendRegistration(`${server.issuer}/oauth/register/${app.client_id}`, body, { method, token });
}

const whole = ({ client_id, client_name, redirect_uris, token_endpoint_auth_method }: Registration) => ({
  client_id,
  client_name,
  redirect_uris,
  token_endpoint_auth_method,
});

describe('An app that has registered itself', () => {
  it('reads what is registered, without its secret', async () => {
    const app = await newApp();
    const { client_secret: _, client_secret_expires_at: __, ...rest } = app;
    const { status, headers, body } = await manage(app, 'GET');
    expect([status, headers.get('cache-control'), body]).toEqual([200, 'no-store', rest]);
  });

  it('is told the same time by every answer, also where its two rows are seconds apart', async () => {
    const later = (default_: string) =>
      rowsOf(server.db, `ALTER TABLE client_registrations ALTER COLUMN created_at SET DEFAULT ${default_}`);
    await later("clock_timestamp() + interval '5 seconds'");
    try {
      const document = { client_name: 'Told', redirect_uris: [redirectUri], ...agent };
      const app = await registered(server, document);
      const { body: read } = await manage(app, 'GET');
      const { body: replaced } = await manage(app, 'PUT', whole(app));
      const shared = await registered(server, document);
      expect(shared.client_id).toBe(app.client_id);
      const answers = [app, read, replaced, shared].map(({ client_id_issued_at: at }) => at);
      expect(answers).toEqual(answers.map(() => app.client_id_issued_at));
    } finally {
      await later('clock_timestamp()');
    }
  });

  it('replaces what is registered, by the same rules', async () => {
    const app = await newApp({ client_uri: 'https://app.example/', scope: 'projects:read' });
    const change = { ...whole(app), redirect_uris: ['http://127.0.0.1/cb'], scope: 'projects:read projects:write all' };
    const { status, body } = await manage(app, 'PUT', { ...change, client_secret: app.client_secret });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      application_type: 'native',
      redirect_uris: ['http://127.0.0.1/cb'],
      scope: 'projects:read projects:write',
      registration_access_token: app.registration_access_token,
    });
    expect(body).not.toHaveProperty('client_uri');
    expect(body).not.toHaveProperty('client_secret');
    const [event] = await rowsOf(
      server.db,
      `SELECT actor, details FROM audit_events WHERE target = 'client:${app.client_id}' AND action = 'client.updated'`,
    );
    expect(event).toMatchObject({
      actor: `client:${app.client_id}`,
      details: { before: { type: 'web' }, after: { type: 'native' } },
    });
  });

  it('does not get back what an admin has taken from its scope', async () => {
    const app = await newApp({ scope: 'projects:read projects:write' });
    await updateClient(
      server.db,
      app.client_id,
      { scope: 'projects:read', default_scope: 'projects:read', optional_scope: '' },
      admin,
    );
    for (const scope of ['projects:read projects:write', 'projects:write projects:read deployments:write']) {
      const { status, body } = await manage(app, 'PUT', { ...whole(app), scope });
      expect([status, body.scope]).toEqual([200, 'projects:read']);
    }
  });

  it('ends what it got without a person when it changes its keys', async () => {
    const key = async () => ({
      keys: [{ ...(await exportJWK((await generateKeyPair('ES256')).publicKey)), kid: 'k' }],
    });
    const app = await newApp({ token_endpoint_auth_method: 'private_key_jwt', jwks: await key() });
    const grants = ['authorization_code', 'refresh_token', 'client_credentials'];
    await updateClient(server.db, app.client_id, { grant_types: grants } as never, admin);
    const { status } = await manage(app, 'PUT', { ...whole(app), jwks: await key() });
    expect(status).toBe(200);
    const text = `SELECT trust_epoch FROM clients WHERE client_id = '${app.client_id}'`;
    expect(await rowsOf(server.db, text)).toEqual([{ trust_epoch: 1 }]);
    const ended = `SELECT 1 FROM token_revocation WHERE value = 'trust 0 ${app.client_id}'`;
    expect(await rowsOf(server.db, ended)).toHaveLength(1);
  });

  it('is not deleted by who lost it to somebody else meanwhile', async () => {
    const { client_name: name, ...app } = await newApp(agent);
    const managed = await findManaged(server.db, app.client_id, app.registration_access_token as string);
    const shared = await registered(server, { client_name: name, redirect_uris: [redirectUri], ...agent });
    expect(shared.client_id).toBe(app.client_id);
    const removing = deleteItself(server.db, managed as Managed, admin);
    await expect(removing).rejects.toMatchObject({ kind: 'conflict' });
    const rows = await rowsOf(server.db, `SELECT status FROM clients WHERE client_id = '${app.client_id}'`);
    expect(rows).toEqual([{ status: 'active' }]);
  });

  it('does not leave the profile that an admin has given it', async () => {
    const { publicKey } = await generateKeyPair('ES256');
    const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }] };
    const signed = { token_endpoint_auth_method: 'private_key_jwt', id_token_signed_response_alg: 'ES256', jwks: keys };
    const app = await newApp(signed);
    const there = { ...whole(app), ...signed, redirect_uris: ['https://app.example/cb'] };
    expect((await manage(app, 'PUT', there)).status).toBe(200);
    await updateClient(server.db, app.client_id, { profile: 'fapi2' }, admin);
    const looser = [
      { token_endpoint_auth_method: 'none' },
      { id_token_signed_response_alg: 'RS256' },
      { redirect_uris: ['https://app.example/cb', 'http://127.0.0.1/cb'] },
    ];
    for (const change of looser) {
      const { status, body } = await manage(app, 'PUT', { ...there, ...change });
      expect([status, body.error_description]).toEqual([400, expect.stringContaining('for profile fapi2')]);
    }
    expect((await manage(app, 'PUT', { ...there, client_name: 'Renamed' })).status).toBe(200);
  });

  it.each([
    ['another client_id', { client_id: 'spa' }],
    ['no client_id', { client_id: undefined }],
    ['a wrong secret', { client_secret: 'guessed' }],
    ['a secret that is no text', { client_secret: 7 }],
    ['no secret any more', { token_endpoint_auth_method: 'none' }],
    ['a device alone, by response type', { response_types: ['token'] }],
  ])('is refused a change with %s, and keeps its secret', async (_, change) => {
    const app = await newApp();
    const { status, body } = await manage(app, 'PUT', { ...whole(app), client_name: 'Changed', ...change });
    expect([status, body.error]).toEqual([400, 'invalid_client_metadata']);
    expect((await manage(app, 'GET')).body.client_name).toBe(app.client_name);
    expect((await manage(app, 'PUT', { ...whole(app), client_secret: app.client_secret })).status).toBe(200);
  });

  it('finds its refused change among the failures of the app, with advice', async () => {
    const app = await newApp();
    await manage(app, 'PUT', { ...whole(app), redirect_uris: ['http://elsewhere.example/'] });
    const failures = () =>
      rowsOf(server.db, `SELECT endpoint, error, stranger FROM failed_requests WHERE client_id = '${app.client_id}'`);
    await expect.poll(failures).toEqual([{ endpoint: 'register', error: 'invalid_redirect_uri', stranger: false }]);
  });

  it('ends everything when it deletes itself', async () => {
    const app = await newApp(agent);
    const tokens = await obtainTokens(server, { client_id: app.client_id });
    expect((await introspect(server, tokens.access_token)).body).toMatchObject({ active: true });
    expect((await manage(app, 'DELETE')).status).toBe(204);
    expect((await introspect(server, tokens.access_token)).body).toEqual({ active: false });
    expect(await rowsOf(server.db, `SELECT 1 FROM consents WHERE client_id = '${app.client_id}'`)).toEqual([]);
    expect((await manage(app, 'DELETE')).status).toBe(401);
    const actions = await rowsOf(
      server.db,
      `SELECT actor, action FROM audit_events WHERE target = 'client:${app.client_id}' ORDER BY seq DESC LIMIT 1`,
    );
    expect(actions).toEqual([{ actor: `client:${app.client_id}`, action: 'client.deleted' }]);
  });

  it('may delete itself while a person is asked, who then gets no code', async () => {
    const app = await newApp(agent);
    const person = newPerson(server.issuer);
    const page = await person.visit(authorizeUrl(server, { client_id: app.client_id }));
    const question = await signIn(person, page, server.person.email);
    expect(question.text).toContain('value="allow"');
    expect((await manage(app, 'DELETE')).status).toBe(204);
    const end = await decide(person, question, 'allow');
    expect(end.headers.get('location') ?? '').not.toContain('code=');
    expect(end.status).toBeLessThan(500);
    expect(await rowsOf(server.db, `SELECT 1 FROM grants WHERE client_id = '${app.client_id}'`)).toEqual([]);
  });

  it('does nothing once an admin has suspended it, and can’t remove that by deleting itself', async () => {
    const app = await newApp();
    await disableClient(server.db, app.client_id, admin, 'abuse');
    for (const method of ['GET', 'DELETE']) {
      const { status, body } = await manage(app, method);
      expect([status, body.error]).toEqual([403, 'access_denied']);
    }
    expect(await rowsOf(server.db, `SELECT status FROM clients WHERE client_id = '${app.client_id}'`)).toEqual([
      { status: 'disabled' },
    ]);
  });
});

describe('An app that was handed over', () => {
  const handOvers: [string, () => Promise<object>][] = [
    [
      'to an owner',
      async () => ({ owner_email: (await addPerson(server.db, `${crypto.randomUUID()}@example.com`)).email }),
    ],
    ['to VibeCaaS itself', async () => ({ first_party: true })],
  ];
  it.each(handOvers)('%s has no registration token any more, also when it is given back', async (_, changes) => {
    const app = await newApp(agent);
    await updateClient(server.db, app.client_id, await changes(), admin);
    const change = { ...whole(app), redirect_uris: ['https://evil.example/cb'] };
    const tried = async () => [
      (await manage(app, 'GET')).status,
      (await manage(app, 'PUT', change)).status,
      (await manage(app, 'DELETE')).status,
    ];
    expect(await tried()).toEqual([401, 401, 401]);
    await updateClient(server.db, app.client_id, { owner_email: null, first_party: false }, admin);
    expect(await tried()).toEqual([401, 401, 401]);
    const [event] = await rowsOf(
      server.db,
      `SELECT details FROM audit_events WHERE target = 'client:${app.client_id}' AND action = 'client.updated' ORDER BY seq`,
    );
    expect(event?.details).toMatchObject({ registration_token_ended: true });
  });

  it('by an older server, which leaves the token, is not managed by it either', async () => {
    const app = await newApp(agent);
    const owner = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
    await server.db.pgPool.query('UPDATE clients SET owner_account_id = $2 WHERE client_id = $1', [
      app.client_id,
      owner.id,
    ]);
    expect((await manage(app, 'GET')).status).toBe(401);
  });

  it('is not changed or deleted by a request that was under way', async () => {
    const app = await newApp(agent);
    const managed = (await findManaged(server.db, app.client_id, app.registration_access_token as string)) as Managed;
    const { email } = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
    await updateClient(server.db, app.client_id, { owner_email: email }, admin);
    await expect(replaceRegistration(server.db, managed, whole(app), admin)).rejects.toThrow('by its owner');
    await expect(deleteItself(server.db, managed, admin)).rejects.toThrow('ended meanwhile');
  });
});

describe('Nobody else', () => {
  it('learns from a wrong token whether there is such a client', async () => {
    const [app, other] = [await newApp(), await newApp()];
    const { registration_access_token: token = '', client_secret: secret = '' } = other;
    const answers = await Promise.all([
      manage(app, 'GET', undefined, token),
      manage(app, 'GET', undefined, secret),
      manage(app, 'DELETE', undefined, ''),
      manage({ ...app, client_id: 'spa' }, 'GET'),
      manage({ ...app, client_id: `vcs_dynamic_${'0'.repeat(24)}` }, 'PUT', {}),
    ]);
    for (const { status, body, headers } of answers) {
      expect([status, body.error, body.error_description]).toEqual([
        401,
        'invalid_token',
        'This registration token does not manage this client',
      ]);
      expect(headers.get('www-authenticate')).toContain('error="invalid_token"');
    }
    expect((await manage(app, 'GET')).status).toBe(200);
  });
});
