/** What an organisation allows an app (ID-JAG) is not what the person allows: only requests with an assertion have the use of it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accountExport } from '../../src/operations/account-export.ts';
import { disconnectIdentity } from '../../src/operations/account-identities.ts';
import { updateClient } from '../../src/operations/clients.ts';
import { rememberConsent } from '../../src/operations/consents.ts';
import { takeScopes } from '../../src/operations/narrow-consent.ts';
import { trustOrganisations } from '../../src/operations/trusted-organisations.ts';
import type { Outbound } from '../../src/outbound/request.ts';
import type { Upstream } from '../../src/policy/upstreams.ts';
import { listPeopleOf } from '../../src/store/client-counts.ts';
import { listConnectedApps } from '../../src/store/connected-apps.ts';
import { listGrants } from '../../src/store/grant-list.ts';
import { eventually } from '../support/eventually.ts';
import {
  addOrganisationApp,
  assertionBy,
  connectIdentity,
  organisationSetting,
  sendAssertion,
} from '../support/id-jag.ts';
import { authorizeUrl, callback, exchange, introspect, obtainCode, obtainTokens, refresh } from '../support/oauth.ts';
import { checked, newPerson, type Person } from '../support/person.ts';
import { rowsOf, waitingForLocks } from '../support/rows.ts';
import { apiResource, startTestServer, type TestNode, type TestServer } from '../support/server.ts';
import { startWorkloadIssuer, type WorkloadIssuer } from '../support/workload-issuer.ts';

const admin = { id: 'test' };
const both = 'projects:read projects:write';
let idp: WorkloadIssuer;
let other: WorkloadIssuer;
let server: TestNode;
let second: TestServer;
let person: Person;
/** Each organisation has a certificate of its own. */
const outbound: Outbound = (request) => (String(request.url).startsWith(other.issuer) ? other : idp).outbound(request);
const env = () => ({
  UPSTREAMS: JSON.stringify(
    [idp, other].flatMap((one, i) =>
      JSON.parse(organisationSetting(one)).map((entry: object) => ({ ...entry, name: `example-${i}` })),
    ),
  ),
});
beforeAll(async () => {
  idp = await startWorkloadIssuer(() => server.issuer);
  other = await startWorkloadIssuer(() => server.issuer);
  server = await startTestServer({ outbound, env: env() });
  second = await startTestServer({
    outbound,
    beside: server,
    env: { ...env(), ISSUER: server.issuer },
  });
  await connectIdentity(server, idp, 'alice', server.person.id);
  await connectIdentity(server, other, 'alice', server.person.id);
  person = newPerson(server.issuer);
  await obtainTokens(server, {}, person);
});
afterAll(async () => {
  await second.stop();
  await server.stop();
  await other.stop();
  await idp.stop();
});

let made = 0;
let id: string;
beforeEach(async () => {
  made += 1;
  id = `app-${made}`;
  await addOrganisationApp(server, id, {
    id_jag_issuers: `${idp.issuer} ${other.issuer}`,
    optional_scope: 'projects:write',
  });
});

const assert = async (scope = both, organisation = idp, node = server) =>
  sendAssertion(node, await assertionBy(organisation, { resource: apiResource, client_id: id, scope }), {}, id);
const tokenOf = async (...args: Parameters<typeof assert>) => (await assert(...args)).body.access_token as string;
const isActive = async (token: string) => (await introspect(second, token)).body.active;
const silently = async (scope: string) =>
  callback(await person.request(authorizeUrl(server, { client_id: id, scope, prompt: 'none' })));
const allowed = async () => {
  const [app] = await listConnectedApps(second.db, server.person.id, id);
  return app && [app.granted.join(' '), app.by_organisation.join(' ')];
};
const grants = async () =>
  (await listGrants(server.db, { accountId: server.person.id, clientId: id, limit: 9 })).length;
/** What the version before wrote: what the organisation allowed is where the person's part is. */
const legacy = () =>
  server.db.pgPool.query(
    'INSERT INTO consents (account_id, client_id, granted, organisation) VALUES ($1, $2, $3, $4)',
    [server.person.id, id, both.split(' '), idp.issuer],
  );

describe('an app that only an organisation allows', () => {
  it('gets no code without a page, and the page asks as if for the first time', async () => {
    expect((await assert()).status).toBe(200);
    expect((await silently('projects:read')).get('error')).toBe('consent_required');
    const page = await person.visit(authorizeUrl(server, { client_id: id, scope: both }));
    expect(page.text).toContain('name="decision"');
    expect(checked(page, 'scope')).toEqual([]);
    expect(page.text).not.toContain('<section class="before');
  });

  it('has that in Connected apps and in the copy of the account, apart from what the person allows', async () => {
    await obtainTokens(server, { client_id: id, scope: 'projects:read' }, person);
    await assert();
    expect(await allowed()).toEqual(['projects:read', both]);
    expect((await silently(both)).get('error')).toBe('consent_required');
    const people = await listPeopleOf(second.db, id, { offset: 0, limit: 9 });
    expect(people).toMatchObject([{ granted: ['projects:read'], by_organisation: both.split(' ') }]);
    expect((await person.visit(`/account/app/${id}`)).text.split('Allowed by your organisation')).toHaveLength(2);
    const copy = JSON.parse((await Array.fromAsync(accountExport(server.db, server.person.id, new Date()))).join(''));
    const ofApp = ({ client_id: client }: { client_id: string }) => client === id;
    expect(copy.connected_apps.filter(ofApp)).toMatchObject([{ granted: ['projects:read'] }]);
    expect(copy.allowed_by_organisations.filter(ofApp)).toMatchObject([
      { issuer: idp.issuer, granted: ['projects:read', 'projects:write'] },
    ]);
  });

  it('loses a scope that the person removes or leaves unticked, at once and for later assertions', async () => {
    const removed = await tokenOf();
    const app = { accountId: server.person.id, clientId: id };
    await takeScopes(second.db, { ...app, scopes: ['projects:write'] }, { id: `account:${app.accountId}` });
    expect([await isActive(removed), (await assert()).body.scope]).toEqual([false, 'projects:read']);
    expect(await allowed()).toEqual(['', 'projects:read']);
    // The page does not speak of an earlier answer.
    const page = await person.visit(authorizeUrl(server, { client_id: id, scope: both }));
    expect([page.text.includes('name="decision"'), page.text.includes('<section class="before')]).toEqual([
      true,
      false,
    ]);
    await obtainCode(server, { client_id: id, scope: both, prompt: 'consent' }, person, ['projects:write']);
    const unticked = await tokenOf();
    await obtainCode(server, { client_id: id, scope: both, prompt: 'consent' }, person);
    expect([await isActive(unticked), (await assert()).body.scope]).toEqual([false, 'projects:read']);
    expect(await allowed()).toEqual(['projects:read', 'projects:read']);
  });
});

it('an app whose tokens of an organisation reach every project loses them when the person limits it to some', async () => {
  const token = await tokenOf('projects:read');
  const detail = { type: 'vibecaas_project', identifier: 'proj_a', actions: ['projects:read'] };
  const asked = { client_id: id, scope: 'projects:read', authorization_details: JSON.stringify([detail]) };
  await obtainTokens(server, asked, person);
  expect(await isActive(token)).toBe(false);
  expect((await assert('projects:read')).body.authorization_details).toEqual([detail]);
});

describe('when the trust goes', () => {
  async function changeTrust(issuers: string | null) {
    await updateClient(server.db, id, { id_jag_issuers: issuers }, admin);
    await server.hasHeard();
  }

  it('from the client, the organisation’s part goes with its tokens, and the person’s stays', async () => {
    const { refresh_token: own = '' } = await obtainTokens(server, { client_id: id, scope: 'projects:read' }, person);
    const token = await tokenOf();
    const others = await tokenOf('projects:read', other);
    expect(await grants()).toBe(3);
    await changeTrust(other.issuer);
    await eventually(() => isActive(token)).toBe(false);
    expect(await allowed()).toEqual(['projects:read', 'projects:read']);
    // Tokens of the other organisation end too, since they name the client's trust, but it gives the app another.
    expect([await isActive(others), (await assert('projects:read', other)).status]).toEqual([false, 200]);
    const { status, body } = await refresh(server, own, id);
    expect([status, body.scope]).toEqual([200, 'projects:read']);
    expect((await silently(both)).get('error')).toBe('consent_required');
  });

  it('from the client, an app that only the organisation allowed is not connected any more', async () => {
    await assert();
    await changeTrust(null);
    expect([await allowed(), await grants()]).toEqual([undefined, 0]);
    expect((await silently('projects:read')).get('error')).toBe('consent_required');
  });

  /** An assertion that waits for `lock`, while what `end` does is under way too. */
  async function whileExchanged(lock: string, value: string, end: () => Promise<unknown>) {
    const held = await server.db.pgPool.connect();
    await held.query('BEGIN');
    await held.query(lock, [value]);
    const asking = assert();
    await eventually(() => waitingForLocks(server.db)).toBe(1);
    const ending = end();
    await Promise.race([ending, eventually(() => waitingForLocks(server.db)).toBe(2)]);
    await held.query('COMMIT');
    held.release();
    const { body } = await asking;
    await ending;
    return String(body.access_token);
  }

  it('from the client while a first assertion is exchanged, nothing is left of it', async () => {
    const lock = 'SELECT pg_advisory_xact_lock(7287, hashtext($1))';
    const end = () => updateClient(second.db, id, { id_jag_issuers: null }, admin);
    const token = await whileExchanged(lock, idp.issuer, end);
    expect([await isActive(token), await allowed(), await grants()]).toEqual([false, undefined, 0]);
  });

  it('from the provider while a first assertion is exchanged, nothing is left of it', async () => {
    const lock = 'SELECT pg_advisory_xact_lock(7206, hashtext($1))';
    const token = await whileExchanged(lock, id, () => trustOrganisations(second.db, [other.issuer]));
    const left = [await isActive(token), await allowed(), await grants()];
    await trustOrganisations(server.db, [idp.issuer, other.issuer]);
    expect(left).toEqual([false, undefined, 0]);
  });

  it('from the provider, its part goes at every client', async () => {
    await assert();
    await assert('projects:read', other);
    const third = await startTestServer({
      outbound,
      beside: server,
      env: { UPSTREAMS: organisationSetting(other), ISSUER: server.issuer },
    });
    const left = [await allowed(), await grants()];
    await third.stop();
    const fourth = await startTestServer({
      outbound,
      beside: server,
      env: { ...env(), ISSUER: server.issuer },
    });
    await fourth.stop();
    expect(left).toEqual([['', 'projects:read'], 1]);
  });

  it('because the person does not sign in with the organisation any more, its part goes', async () => {
    const token = await tokenOf();
    await assert('projects:read', other);
    const upstream = { issuer: idp.issuer, name: 'example', title: 'Example' } as Upstream;
    await disconnectIdentity(server.db, server.person.id, upstream, [], admin);
    expect([await isActive(token), await allowed(), await grants()]).toEqual([false, ['', 'projects:read'], 1]);
    await connectIdentity(server, idp, 'alice', server.person.id);
  });

  it('a scope that the person refused stays refused', async () => {
    const app = { accountId: server.person.id, clientId: id };
    await assert();
    await takeScopes(server.db, { ...app, scopes: ['projects:write'] }, { id: `account:${app.accountId}` });
    await changeTrust(null);
    expect(await allowed()).toBeUndefined();
    await changeTrust(idp.issuer);
    expect((await assert()).body.scope).toBe('projects:read');
  });
});

describe('a consent of the version before, in which an organisation is named', () => {
  it('gives no code: all of it is the organisation’s', async () => {
    await legacy();
    expect(await allowed()).toEqual(['', both]);
    expect((await silently('projects:read')).get('error')).toBe('consent_required');
    await obtainTokens(server, { client_id: id, scope: 'projects:read' }, person);
    expect(await allowed()).toEqual(['projects:read', both]);
  });

  it.each([
    ['the next assertion comes', () => assert('projects:read')],
    ['the trust goes', () => updateClient(server.db, id, { id_jag_issuers: null }, admin)],
  ])('loses the refresh tokens that it gave when %s', async (_, next) => {
    const { refresh_token: token = '' } = await obtainTokens(server, { client_id: id, scope: 'projects:read' }, person);
    await server.db.pgPool.query('DELETE FROM consents WHERE client_id = $1', [id]);
    await legacy();
    await next();
    expect((await refresh(server, token, id)).body.error).toBe('invalid_grant');
  });
});

describe('an assertion and an answer of the person at the same moment, on two nodes', () => {
  const answer = (more: object) =>
    rememberConsent(
      second.db,
      { accountId: server.person.id, clientId: id, granted: ['projects:read'], refused: [], ...more },
      { maxPeople: 9, actor: { id: `account:${server.person.id}` } },
    );

  it('leave both parts, whichever comes first', async () => {
    await Promise.all([assert(), answer({})]);
    expect(await allowed()).toEqual(['projects:read', both]);
  });

  it('leave the end that the person chose', async () => {
    const endsAt = new Date(Date.now() + 86_400_000);
    const held = await server.db.pgPool.connect();
    await held.query('BEGIN');
    await held.query('INSERT INTO consents (account_id, client_id, granted, ends_at) VALUES ($1, $2, $3, $4)', [
      server.person.id,
      id,
      ['projects:read'],
      endsAt,
    ]);
    const asking = assert();
    await eventually(() => waitingForLocks(server.db)).toBe(1);
    await held.query('COMMIT');
    held.release();
    await asking;
    const [row] = await rowsOf(server.db, `SELECT ends_at, granted FROM consents WHERE client_id = '${id}'`);
    expect(row).toEqual({ ends_at: endsAt, granted: ['projects:read'] });
  });

  it.each(['the assertion', 'the answer'])(
    'give no scope that the person refuses, when %s comes first',
    async (first) => {
      await assert('projects:read');
      const held = await server.db.pgPool.connect();
      await held.query('BEGIN');
      await held.query('SELECT FROM consents WHERE client_id = $1 FOR UPDATE', [id]);
      const steps = [() => assert(), () => answer({ refused: ['projects:write'] })];
      if (first === 'the answer') steps.reverse();
      const done: Promise<unknown>[] = [];
      for (const step of steps) {
        done.push(step());
        await eventually(() => waitingForLocks(server.db)).toBe(done.length);
      }
      await held.query('COMMIT');
      held.release();
      const results = await Promise.all(done);
      const { body } = results[first === 'the answer' ? 1 : 0] as Awaited<ReturnType<typeof assert>>;
      const active = await introspect(server, String(body.access_token));
      expect(String(active.body.scope ?? '')).not.toContain('projects:write');
      expect(await allowed()).toEqual(['projects:read', 'projects:read']);
      const codes = await silently(both);
      const { body: own } = await exchange(server, codes.get('code') ?? '', id);
      expect(own.scope).toBe('projects:read');
    },
  );
});
