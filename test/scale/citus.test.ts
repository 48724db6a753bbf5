/**
 * What people and apps do, on a real Citus cluster with two workers: before grants are distributed, and after. Needs CITUS_NODES;
 * docs/scale.md says how to make such a cluster. Prints the time of each operation both ways.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { disconnect } from '../../src/operations/grants.ts';
import { revokeLeaked } from '../../src/operations/leaked-secrets.ts';
import { endLater, takeProject, takeScopes } from '../../src/operations/narrow-consent.ts';
import { purge } from '../../src/operations/purge.ts';
import { findSecrets } from '../../src/policy/leaked-secrets.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { distribute, planDistribution } from '../../src/store/distribute.ts';
import { migrate } from '../../src/store/migrate.ts';
import { createSealer } from '../../src/store/sealer.ts';
import { createCitusDatabase, hasCitus } from '../support/citus.ts';
import { allowDevice, newDevice, poll, registerDevices, waitInterval } from '../support/devices.ts';
import { addExchanger, billing, exchangeToken, resourcesSetting } from '../support/exchange.ts';
import {
  addOrganisationApp,
  assertionBy,
  connectIdentity,
  organisationSetting,
  sendAssertion,
} from '../support/id-jag.ts';
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
import { patientTimeouts } from '../support/patient-timeouts.ts';
import { newPerson, signIn } from '../support/person.ts';
import { apiResource, secrets, startTestServer, type TestServer, testSecret } from '../support/server.ts';
import { fillTemplate } from '../support/standard.ts';
import { startWorkloadIssuer, type WorkloadIssuer } from '../support/workload-issuer.ts';

const rounds = Number(process.env.SCALE_ROUNDS ?? 200);
type Durations = Record<string, number>;

describe.skipIf(!hasCitus)('on Citus (skipped without CITUS_NODES: a coordinator and two workers)', () => {
  let own: Awaited<ReturnType<typeof createCitusDatabase>>;
  let db: Database;
  let server: TestServer;
  let organisation: WorkloadIssuer;
  const start = async (person: TestServer['person']) => {
    const beside = { db, databaseUrl: own.url, person } as TestServer;
    const env = { UPSTREAMS: organisationSetting(organisation), API_RESOURCES: resourcesSetting };
    return startTestServer({ beside, outbound: organisation.outbound, env });
  };
  const durations: Record<'one' | 'several', Durations> = { one: {}, several: {} };
  let before: { refresh: string; code: string };

  beforeAll(async () => {
    own = await createCitusDatabase();
    await migrate(own.url);
    const standard = await fillTemplate(own.url);
    Object.assign(secrets, standard.secrets);
    db = openDatabase({ url: own.url, poolSize: 10, timeouts: patientTimeouts });
    organisation = await startWorkloadIssuer(() => server.issuer);
    server = await start(standard.person);
    await registerDevices(server);
    await addExchanger(server, 'edge', { scope: 'projects:read', exchange_resource: billing });
    await addOrganisationApp(server, 'notes', { id_jag_issuers: organisation.issuer });
    await connectIdentity(server, organisation, 'alice', server.person.id);
    durations.one = await measure(server);
    const { refresh_token: token = '' } = await obtainTokens(server);
    before = { refresh: token, code: await obtainCode(server) };
    await server.stop();
    expect((await planDistribution(db)).tables).toMatchObject([{ table: 'grants', done: false }]);
    expect(await distribute(db)).toEqual({ distributed: ['grants'] });
    server = await start(standard.person);
    durations.several = await measure(server);
  });
  afterAll(async () => {
    await server?.stop();
    await organisation?.stop();
    await db?.close();
    await own?.drop();
  });

  const grantsOf = async () => {
    const { rows } = await db.pgPool.query<{ count: number }>('SELECT count(*)::integer AS count FROM grants');
    return rows[0]?.count;
  };

  it('rows are on both workers, and doing it again changes nothing', async () => {
    const { rows } = await db.pgPool.query(
      `SELECT nodeport, sum((result)::integer)::integer AS rows FROM run_command_on_placements('grants', 'SELECT count(*) FROM %s') GROUP BY 1`,
    );
    expect(rows).toHaveLength(2);
    expect(await distribute(db)).toEqual({ distributed: [] });
    expect((await planDistribution(db)).tables).toMatchObject([{ table: 'grants', done: true }]);
  });

  it('tokens and codes from before go on', async () => {
    expect((await refresh(server, before.refresh)).status).toBe(200);
    expect((await exchange(server, before.code)).status).toBe(200);
    expect((await exchange(server, before.code)).body.error).toBe('invalid_grant');
  });

  it('a family lives as on one database: rotated, repeated, forked, used, reused', async () => {
    const { refresh_token: first = '' } = await obtainTokens(server);
    const second = await refresh(server, first);
    expect((await refresh(server, first)).body.refresh_token).toBe(second.body.refresh_token);
    await db.pgPool.query("UPDATE grants SET rotated_at = now() - interval '1 hour' WHERE rotated_at IS NOT NULL");
    const forked = await refresh(server, first);
    expect(forked.status).toBe(200);
    expect(forked.body.refresh_token).not.toBe(second.body.refresh_token);
    expect((await introspect(server, forked.body.access_token as string)).body.active).toBe(true);
    expect((await refresh(server, second.body.refresh_token as string)).body.error).toBe('invalid_grant');
    expect((await introspect(server, forked.body.access_token as string)).body.active).toBe(false);
  });

  it('fifty refreshes at once have one successor', async () => {
    const { refresh_token: token = '' } = await obtainTokens(server);
    const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(server, token)));
    const successors = new Set(answers.filter(({ status }) => status === 200).map(({ body }) => body.refresh_token));
    expect(successors.size).toBe(1);
  });

  it('revocations reach introspection and the revocation list', async () => {
    const tokens = await obtainTokens(server);
    await post(server, '/oauth/revoke', { token: tokens.access_token });
    expect((await introspect(server, tokens.access_token)).body.active).toBe(false);
    const { body } = await refresh(server, tokens.refresh_token as string);
    await post(server, '/oauth/revoke', { token: body.refresh_token as string });
    expect((await introspect(server, body.access_token as string)).body.active).toBe(false);
    expect((await refresh(server, body.refresh_token as string)).body.error).toBe('invalid_grant');
    const feed = await post(server, '/oauth/token', { grant_type: 'client_credentials' }, 'service');
    expect(feed.status).toBe(200);
    const { rows } = await db.pgPool.query('SELECT DISTINCT kind FROM token_revocation ORDER BY kind');
    expect(rows).toEqual([{ kind: 'gid' }, { kind: 'jti' }]);
  });

  it('a refresh token that leaked ends, once', async () => {
    const { refresh_token: token = '', access_token: access } = await obtainTokens(server);
    const leaks = findSecrets(token).map((found) => ({ ...found, places: [] }));
    const reported = async () =>
      (await revokeLeaked({ db, sealer: createSealer([testSecret]) }, leaks, { id: 'system' })).map(
        ({ outcome }) => outcome,
      );
    expect((await Promise.all([reported(), reported()])).flat().sort()).toEqual(['ended', 'revoked']);
    expect((await refresh(server, token)).body.error).toBe('invalid_grant');
    expect((await introspect(server, access)).body.active).toBe(false);
  });

  it('a device, an exchanged token and what an organisation allows', async () => {
    const { device_code: code, user_code: typed } = await newDevice(server);
    await allowDevice(server, newPerson(server.issuer), typed);
    const { body: device } = await poll(server, code);
    const refreshed = await refresh(server, device.refresh_token as string, 'device');
    expect(refreshed.status).toBe(200);
    await waitInterval(server);
    expect((await poll(server, code)).body.error).toBe('invalid_grant');
    expect((await refresh(server, refreshed.body.refresh_token as string, 'device')).status).toBe(400);
    const tokens = await obtainTokens(server);
    const exchanged = await exchangeToken(server, tokens.access_token, 'edge', { resource: billing });
    expect(exchanged.status).toBe(200);
    const assertion = await assertionBy(organisation, { resource: apiResource });
    const allowed = await sendAssertion(server, assertion);
    expect((await introspect(server, allowed.body.access_token as string)).body.active).toBe(true);
    expect((await sendAssertion(server, assertion)).body.error).toBe('invalid_grant');
    for (const clientId of ['device', 'notes'])
      await disconnect(db, { accountId: server.person.id, clientId }, { id: 'test' });
  });

  it('a person takes a scope and a time from an app that stays connected', async () => {
    const { access_token: access, refresh_token: token = '' } = await obtainTokens(server, {
      scope: 'projects:read deployments:read',
    });
    const unused = await obtainCode(server, { scope: 'projects:read deployments:read' });
    const [app, actor] = [{ accountId: server.person.id, clientId: 'spa' }, { id: `account:${server.person.id}` }];
    expect(await takeScopes(db, { ...app, scopes: ['deployments:read'] }, actor)).toBe('narrowed');
    expect((await introspect(server, access)).body.active).toBe(false);
    const narrowed = await refresh(server, token);
    expect(narrowed.body.scope).toBe('projects:read');
    expect((await introspect(server, narrowed.body.access_token as string)).body.active).toBe(true);
    expect((await exchange(server, unused)).body.scope).toBe('projects:read');
    await endLater(db, { ...app, endsAt: new Date(Date.now() + 2 * 86_400_000) }, actor);
    const { rows } = await db.pgPool.query("SELECT 1 FROM grants WHERE client_id = 'spa' AND ends_at IS NULL");
    expect(rows).toEqual([]);
  });

  it('a person takes a project from an app that has two', async () => {
    const detail = (identifier: string) => ({ type: 'vibecaas_project', identifier, actions: ['projects:read'] });
    const details = JSON.stringify([detail('proj_a'), detail('proj_b')]);
    const tokens = await obtainTokens(server, { client_id: 'web', authorization_details: details });
    const [app, actor] = [{ accountId: server.person.id, clientId: 'web' }, { id: `account:${server.person.id}` }];
    expect(await takeProject(db, { ...app, project: 'proj_b' }, actor)).toBe('narrowed');
    expect((await introspect(server, tokens.access_token)).body.active).toBe(false);
    const { body } = await refresh(server, tokens.refresh_token as string, 'web');
    expect(body.authorization_details).toEqual([detail('proj_a')]);
    await disconnect(db, app, actor);
  });

  it('a person disconnects an app, and an account leaves nothing', async () => {
    const person = newPerson(server.issuer);
    const { refresh_token: token = '' } = await obtainTokens(server, {}, person);
    const apps = await person.visit('/account/apps');
    expect(apps.text).toContain('Notes');
    await person.submit(apps, '/account/apps/disconnect', {});
    expect((await refresh(server, token)).body.error).toBe('invalid_grant');
    await obtainTokens(server);
    await db.pgPool.query('DELETE FROM accounts WHERE id = $1', [server.person.id]);
    expect(await grantsOf()).toBe(0);
  });

  it('expired grants are purged', async () => {
    await db.pgPool.query(`INSERT INTO grants (id, account_id, client_id, payload, expires_at, expires_on)
      SELECT 'old' || n, 'acc_' || n, 'spa', '{}', now() - interval '1 day', current_date - 1 FROM generate_series(1, 20) n`);
    expect(await purge(db)).toMatchObject({ grants: 20 });
    expect(await grantsOf()).toBe(0);
  });

  it('prints what each operation takes', async () => {
    console.table(durations);
    expect(Object.keys(durations.several)).toEqual(Object.keys(durations.one));
  });
});

/** Milliseconds over HTTP, one after the other: the quickest tenth, since others may use the machine. */
async function measure(server: TestServer): Promise<Durations> {
  const tokens = await obtainTokens(server);
  let token = tokens.refresh_token as string;
  let access = tokens.access_token;
  const person = newPerson(server.issuer);
  await signIn(person, await person.visit(authorizeUrl(server)), server.person.email);
  const authorize = async () => callback(await person.request(authorizeUrl(server))).get('code') as string;
  return {
    refresh: await quick(rounds, async () => {
      const { body } = await refresh(server, token);
      [token, access] = [body.refresh_token as string, body.access_token as string];
    }),
    introspection: await quick(rounds, () => introspect(server, access)),
    authorization: await quick(rounds / 4, authorize),
    'authorization and exchange': await quick(rounds / 4, async () => exchange(server, await authorize())),
  };
}

async function quick(times: number, work: () => Promise<unknown>): Promise<number> {
  const took: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const since = performance.now();
    await work();
    took.push(performance.now() - since);
  }
  return Number((took.sort((a, b) => a - b)[Math.floor(times / 10)] as number).toFixed(2));
}
