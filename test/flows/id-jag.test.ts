/** Identity assertions of an organisation (ID-JAG): an app gets access for a person whose organisation allows it. */
import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { updateClient } from '../../src/operations/clients.ts';
import { disconnect } from '../../src/operations/grants.ts';
import { endLater, takeScopes } from '../../src/operations/narrow-consent.ts';
import { jwtBearer } from '../../src/policy/id-jag.ts';
import { listConnectedApps } from '../../src/store/connected-apps.ts';
import { newProofKey } from '../support/dpop.ts';
import { eventually } from '../support/eventually.ts';
import {
  addOrganisationApp,
  assertionBy,
  connectIdentity,
  organisationSetting,
  sendAssertion,
} from '../support/id-jag.ts';
import { basic, introspect, obtainTokens } from '../support/oauth.ts';
import { waitingForLocks } from '../support/rows.ts';
import { addPerson, apiResource, secrets, startTestServer, type TestServer } from '../support/server.ts';
import { statementsOfRequests } from '../support/statements.ts';
import { startWorkloadIssuer, type WorkloadIssuer } from '../support/workload-issuer.ts';

const actor = { id: 'test' };
const mcp = `${apiResource}/mcp`;
let idp: WorkloadIssuer;
let plain: WorkloadIssuer;
let server: TestServer;
let second: TestServer;
beforeAll(async () => {
  idp = await startWorkloadIssuer(() => server.issuer);
  plain = await startWorkloadIssuer(() => server.issuer);
  const env = {
    UPSTREAMS: organisationSetting(idp, plain),
    API_RESOURCES: `${mcp}=projects:read`,
    UNVERIFIED_PEOPLE_LIMIT: '1',
  };
  server = await startTestServer({ outbound: idp.outbound, env });
  second = await startTestServer({ outbound: idp.outbound, beside: server, env: { ...env, ISSUER: server.issuer } });
  await addApp('notes');
  await connect('alice', server.person.id);
});
afterAll(async () => {
  await second.stop();
  await server.stop();
  await plain.stop();
  await idp.stop();
});
afterEach(() => {
  vi.useRealTimers();
  idp.instead = undefined;
});

const addApp = (id: string, more: object = {}) =>
  addOrganisationApp(server, id, { id_jag_issuers: `${idp.issuer} ${plain.issuer}`, ...more });
const connect = (subject: string, accountId: string) => connectIdentity(server, idp, subject, accountId);

const assertionOf = (claims: Record<string, unknown> = {}) => assertionBy(idp, { resource: apiResource, ...claims });
const send = (assertion: string, more: Record<string, string> = {}, clientId = 'notes', node = server) =>
  sendAssertion(node, assertion, more, clientId);
const refusal = async (...args: Parameters<typeof send>) => {
  const { status, body } = await send(...args);
  return [status, body.error];
};
const claimsOf = (token: unknown) => decodeJwt(token as string);

describe('an assertion', () => {
  it('becomes an access token of the person, without a refresh token', async () => {
    const { status, body } = await send(await assertionOf());
    expect([status, body]).toEqual([
      200,
      { access_token: expect.any(String), token_type: 'Bearer', expires_in: 3600, scope: 'projects:read' },
    ]);
    expect(claimsOf(body.access_token)).toMatchObject({
      sub: server.person.id,
      client_id: 'notes',
      aud: apiResource,
      gid: expect.any(String),
      tier: 'free',
      amr: ['fed'],
    });
    expect((await introspect(second, body.access_token as string)).body.active).toBe(true);
  });

  it('bounds scope and resource, within the ceiling of the client', async () => {
    const wide = await assertionOf({ scope: 'projects:read ai:generate', resource: [apiResource, mcp] });
    const { body } = await send(wide, { resource: `${mcp}/` });
    expect(claimsOf(body.access_token)).toMatchObject({ aud: mcp, scope: 'projects:read' });
    expect(await refusal(await assertionOf(), { scope: 'projects:write' })).toEqual([400, 'invalid_scope']);
    expect(await refusal(await assertionOf({ scope: 'ai:generate' }))).toEqual([400, 'invalid_scope']);
    expect(await refusal(await assertionOf({ scope: undefined }))).toEqual([400, 'invalid_scope']);
    expect(await refusal(await assertionOf(), { resource: mcp })).toEqual([400, 'invalid_target']);
    expect(await refusal(await assertionOf({ resource: 'https://evil.example' }))).toEqual([400, 'invalid_target']);
    expect(await refusal(await assertionOf({ resource: [apiResource, mcp] }))).toEqual([400, 'invalid_target']);
  });

  it('may name the account by our id, and no other', async () => {
    expect((await send(await assertionOf({ aud_sub: server.person.id }))).status).toBe(200);
    const { body } = await send(await assertionOf({ aud_sub: 'acc_other' }));
    expect(body.error_description).toBe('aud_sub of the assertion is not the account that is connected to its subject');
  });

  it('works once, on two nodes at the same moment', async () => {
    const assertion = await assertionOf();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) => send(assertion, {}, 'notes', i % 2 ? server : second)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(400)]);
  });

  it('is not used up by a request that was refused', async () => {
    const assertion = await assertionOf();
    expect(await refusal(assertion, { scope: 'projects:write' })).toEqual([400, 'invalid_scope']);
    expect((await send(assertion)).status).toBe(200);
  });

  it('gives a token that is bound to a key, if the request proves one', async () => {
    const key = await newProofKey();
    const url = `${server.issuer}/oauth/token`;
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization: basic('notes', secrets.notes as string), DPoP: await key.proof('POST', url) },
      body: new URLSearchParams({ grant_type: jwtBearer, assertion: await assertionOf() }),
    });
    const body = await response.json();
    expect([body.token_type, claimsOf(body.access_token).cnf]).toEqual(['DPoP', { jkt: key.thumbprint }]);
  });
});

describe('an assertion that is bound to a key', () => {
  it('works with a proof of that key alone', async () => {
    const [key, other] = [await newProofKey(), await newProofKey()];
    const url = `${server.issuer}/oauth/token`;
    const assertion = await assertionOf({ cnf: { jkt: key.thumbprint } });
    const ask = async (proof?: string) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { authorization: basic('notes', secrets.notes as string), ...(proof && { DPoP: proof }) },
        body: new URLSearchParams({ grant_type: jwtBearer, assertion }),
      });
      return [response.status, (await response.json()).error];
    };
    expect(await ask()).toEqual([400, 'invalid_grant']);
    expect(await ask(await other.proof('POST', url))).toEqual([400, 'invalid_grant']);
    expect(await ask(await key.proof('POST', url))).toEqual([200, undefined]);
  });
});

describe('an assertion is refused', () => {
  it('of a client that no organisation may allow, and of a public one', async () => {
    expect(await refusal(await assertionOf({ client_id: 'web' }), {}, 'web')).toEqual([400, 'unauthorized_client']);
    await expect(addApp('open', { token_endpoint_auth_method: 'none' })).rejects.toThrow(/id_jag_issuers/);
  });

  it('of an issuer whose keys are not read by https, which an admin cannot list', async () => {
    for (const id_jag_issuers of ['http://localhost:9/idp', `${idp.issuer} http://127.0.0.1`, 'http://id.example'])
      await expect(addApp('insecure', { id_jag_issuers })).rejects.toThrow(/id_jag_issuers/);
  });

  it('of an issuer that the operator does not accept, although an admin has listed it', async () => {
    await connectIdentity(server, plain, 'alice', server.person.id);
    const { status, body } = await send(await assertionBy(plain, { resource: apiResource }));
    const said = 'the issuer of the assertion is not trusted for this client';
    expect([status, body.error_description]).toEqual([400, said]);
  });

  it('of a client that has registered itself, although an admin has listed its issuer', async () => {
    const document = {
      client_name: 'Stranger',
      redirect_uris: ['https://stranger.example/callback'],
      token_endpoint_auth_method: 'client_secret_basic',
    };
    const registered = await fetch(`${server.issuer}/oauth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(document),
    });
    const { client_id: id, client_secret: secret } = await registered.json();
    secrets[id] = secret;
    await updateClient(server.db, id, { id_jag_issuers: idp.issuer }, actor);
    const { status, body } = await send(await assertionOf({ client_id: id }), {}, id);
    const said = 'an assertion is only for a client that was registered by hand';
    expect([status, body.error_description]).toEqual([400, said]);
  });

  it('for a new user of an unverified app that has its users', async () => {
    await addApp('crowded');
    await obtainTokens(server, { client_id: 'crowded' });
    const person = await addPerson(server.db, 'late@example.com');
    await connect('carol', person.id);
    const { body } = await send(await assertionOf({ client_id: 'crowded', sub: 'carol' }), {}, 'crowded');
    expect(body.error_description).toBe('the app may not have more users before it is verified');
    const consents = "SELECT 1 FROM consents WHERE client_id = 'crowded'";
    expect((await server.db.pgPool.query(consents)).rows).toHaveLength(1);
  });

  it('about a suspended account', async () => {
    const person = await addPerson(server.db, 'suspended@example.com');
    await connect('bob', person.id);
    await server.db.pgPool.query("UPDATE accounts SET status = 'suspended' WHERE id = $1", [person.id]);
    expect(await refusal(await assertionOf({ sub: 'bob' }))).toEqual([400, 'invalid_grant']);
  });

  it('while the organisation cannot be reached, with 503, and later accepted by its new key', async () => {
    const wait = 25 * 3600_000;
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + wait });
    idp.instead = (_path, response) => {
      response.writeHead(500).end();
      return true;
    };
    const late = await assertionOf();
    expect(await refusal(late)).toEqual([503, 'temporarily_unavailable']);
    idp.instead = undefined;
    vi.setSystemTime(Date.now() + 40_000);
    expect((await send(late)).status).toBe(200);
    idp.keys = [await idp.rotate('two')];
    vi.setSystemTime(Date.now() + 40_000);
    expect((await send(await assertionOf())).status).toBe(200);
  });
});

describe('the budget', () => {
  it('of an assertion is 5 statements, and of one that is refused before the person matters 0', async () => {
    const again = async () => {
      const assertion = await assertionOf();
      const counted = await statementsOfRequests(server, () => send(assertion));
      const refused = await assertionOf({ aud: 'https://other.example' });
      return [counted, await statementsOfRequests(server, () => send(refused))];
    };
    const counts = [await again(), await again(), await again()];
    // What runs in the background can only add to them.
    const fewest = (place: number) => Math.min(...counts.map((one) => one[place] as number));
    expect([fewest(0), fewest(1)]).toEqual([5, 0]);
  });
});

describe('what the person decides', () => {
  it('stands: an app that they disconnected is not connected by an assertion, until they allow it again', async () => {
    await addApp('stands');
    const ask = async () => send(await assertionOf({ client_id: 'stands' }), {}, 'stands');
    const { access_token: token } = (await ask()).body;
    const consents = server.db.builder.selectFrom('consents').select('granted').where('client_id', '=', 'stands');
    expect(await consents.execute()).toEqual([{ granted: [] }]);
    await disconnect(second.db, { accountId: server.person.id, clientId: 'stands' }, actor);
    expect((await introspect(server, token as string)).body.active).toBe(false);
    const { body } = await ask();
    expect([body.error, body.error_description]).toEqual(['invalid_grant', 'the person has disconnected this app']);
    expect(await consents.execute()).toEqual([]);
    await obtainTokens(server, { client_id: 'stands' });
    expect((await ask()).status).toBe(200);
  });

  it('stands: an app that they disconnect at the same moment stays disconnected', async () => {
    await addApp('moment');
    const ask = async () => send(await assertionOf({ client_id: 'moment' }), {}, 'moment');
    expect((await ask()).status).toBe(200);
    const held = await server.db.pgPool.connect();
    await held.query('BEGIN');
    await held.query("DELETE FROM consents WHERE client_id = 'moment'");
    const asking = ask();
    await eventually(() => waitingForLocks(server.db)).toBeGreaterThan(0);
    await held.query("INSERT INTO organisation_refusals (account_id, client_id) VALUES ($1, 'moment')", [
      server.person.id,
    ]);
    await held.query('COMMIT');
    held.release();
    const { body } = await asking;
    expect([body.error, body.error_description]).toEqual(['invalid_grant', 'the person has disconnected this app']);
    const left = "SELECT 1 FROM consents WHERE client_id = 'moment'";
    expect((await server.db.pgPool.query(left)).rows).toEqual([]);
  });

  it('is told apart: an app that their organisation allowed says so until they allow it themselves', async () => {
    await addApp('told');
    const ask = async (scope: string) => send(await assertionOf({ client_id: 'told', scope }), {}, 'told');
    const allowed = async () => {
      const [app] = await listConnectedApps(second.db, server.person.id, 'told');
      return [app?.granted, app?.by_organisation];
    };
    const both = ['projects:read', 'projects:write'];
    await ask('projects:read');
    expect(await allowed()).toEqual([[], ['projects:read']]);
    await ask('projects:read projects:write');
    expect(await allowed()).toEqual([[], both]);
    await obtainTokens(server, { client_id: 'told', scope: 'openid projects:read' });
    expect(await allowed()).toEqual([['openid', 'projects:read'], both]);
    await ask('projects:read');
    expect(await allowed()).toEqual([['openid', 'projects:read'], both]);
  });

  it('stands: a scope that they refused is not given', async () => {
    await addApp('partly', { optional_scope: 'projects:write' });
    await obtainTokens(server, { client_id: 'partly', scope: 'projects:read projects:write' });
    const both = { client_id: 'partly', scope: 'projects:read projects:write' };
    expect((await send(await assertionOf(both), {}, 'partly')).body.scope).toBe('projects:read');
    const one = await assertionOf({ client_id: 'partly', scope: 'projects:write' });
    expect(await refusal(one, {}, 'partly')).toEqual([400, 'invalid_grant']);
  });

  it('stands: a scope that they took from an app which they had allowed themselves is not given', async () => {
    await addApp('taken');
    const both = { client_id: 'taken', scope: 'projects:read projects:write' };
    await send(await assertionOf(both), {}, 'taken');
    await obtainTokens(server, { ...both, prompt: 'consent' });
    const app = { accountId: server.person.id, clientId: 'taken' };
    await takeScopes(second.db, { ...app, scopes: ['projects:write'] }, { id: `account:${server.person.id}` });
    expect((await send(await assertionOf(both), {}, 'taken')).body.scope).toBe('projects:read');
  });

  it('stands: the projects to which they limited an app bound the token', async () => {
    await addApp('picked');
    const detail = { type: 'vibecaas_project', identifier: 'proj_a', actions: ['projects:read'] };
    await obtainTokens(server, { client_id: 'picked', authorization_details: JSON.stringify([detail]) });
    const { body } = await send(await assertionOf({ client_id: 'picked' }), {}, 'picked');
    expect(body.authorization_details).toEqual([detail]);
  });

  it('stands: an app that they gave a time ends with it, and is not connected again by an assertion', async () => {
    await addApp('timed');
    const ask = async () => send(await assertionOf({ client_id: 'timed' }), {}, 'timed');
    expect((await ask()).body.expires_in).toBe(3600);
    const app = { accountId: server.person.id, clientId: 'timed' };
    await endLater(
      server.db,
      { ...app, endsAt: new Date(Date.now() + 86_400_000) },
      { id: `account:${app.accountId}` },
    );
    const consents = server.db.builder.updateTable('consents').where('client_id', '=', 'timed');
    await consents.set({ ends_at: new Date(Date.now() + 100_000) }).execute();
    const { body } = await ask();
    expect(body.expires_in).toBeGreaterThan(60);
    expect(body.expires_in).toBeLessThanOrEqual(100);
    await consents.set({ ends_at: new Date(Date.now() - 1_000) }).execute();
    const refused = 'the time for which the person allowed this app has passed';
    expect((await ask()).body.error_description).toBe(refused);
    await server.db.builder.deleteFrom('consents').where('client_id', '=', 'timed').execute();
    expect((await ask()).body.error_description).toBe('the person has disconnected this app');
    await obtainTokens(server, { client_id: 'timed' });
    expect((await ask()).status).toBe(200);
  });

  it('is in the audit log with the organisation, once', async () => {
    const text = "SELECT details FROM audit_events WHERE action = 'consent.given' AND target = 'client:notes'";
    const { rows } = await server.db.pgPool.query(text);
    expect(rows).toHaveLength(1);
    expect(rows[0].details).toMatchObject({ account: server.person.id, organisation: idp.issuer });
  });
});

describe('the metadata', () => {
  it('names grant type and profile, and a server without such an organisation names neither', async () => {
    const read = async (node: TestServer) =>
      (await fetch(`${node.issuer}/.well-known/oauth-authorization-server`)).json() as Promise<Record<string, unknown>>;
    const metadata = await read(server);
    expect(metadata.grant_types_supported).toContain(jwtBearer);
    expect(metadata.authorization_grant_profiles_supported).toEqual(['urn:ietf:params:oauth:grant-profile:id-jag']);
    const other = await startTestServer({ beside: server });
    const without = await read(other);
    expect(without.grant_types_supported).not.toContain(jwtBearer);
    expect(without.authorization_grant_profiles_supported).toBeUndefined();
    await other.stop();
  });
});
