/**
 * Each statement of a hot path that concerns a distributed table names the distribution column, so that Citus asks one shard.
 * The statements are those that the server sends while it does what it does most. docs/scale.md has the layout.
 */
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { takeScopes } from '../../src/operations/narrow-consent.ts';
import { createRefreshTokens } from '../../src/operations/refresh-token.ts';
import { openDatabase } from '../../src/store/database.ts';
import { distributionSetting } from '../../src/store/distribution.ts';
import { createSealer } from '../../src/store/sealer.ts';
import { readSources } from '../support/architecture.ts';
import { allowDevice, newDevice, poll, registerDevices } from '../support/devices.ts';
import { locksOfSeveralShards, recordStatements, tablesWithoutKey } from '../support/distribution.ts';
import { addExchanger, billing, exchangeToken, resourcesSetting } from '../support/exchange.ts';
import {
  addOrganisationApp,
  assertionBy,
  connectIdentity,
  organisationSetting,
  sendAssertion,
} from '../support/id-jag.ts';
import { authorizeUrl, callback, introspect, obtainCode, obtainTokens, post, refresh } from '../support/oauth.ts';
import { newPerson } from '../support/person.ts';
import { apiResource, startTestServer, type TestServer, testSecret } from '../support/server.ts';
import { startWorkloadIssuer, type WorkloadIssuer } from '../support/workload-issuer.ts';

/** Statements that ask every shard, by a part of their text, and why they may. */
const askEveryShard: readonly [part: string, reason: string][] = [
  ['WHERE id = (SELECT grant_id FROM z)', 'a code names no account; once per authorization, by an index'],
  ['SELECT end_grants($1)', 'a family ends once'],
  ['SELECT client_id, account_id FROM grants WHERE id = $1', 'before a family ends'],
  ['SELECT id FROM grants WHERE expires_on <= current_date', 'the purge, once a minute on one node'],
];

let first: TestServer;
let server: TestServer;
let organisation: WorkloadIssuer;
let recorded: ReturnType<typeof recordStatements>;
beforeAll(async () => {
  first = await startTestServer();
  organisation = await startWorkloadIssuer(() => server.issuer);
  await registerDevices(first);
  await addExchanger(first, 'edge', { scope: 'projects:read', exchange_resource: billing });
  await addOrganisationApp(first, 'notes', { id_jag_issuers: organisation.issuer });
  await connectIdentity(first, organisation, 'alice', first.person.id);
  await first.db.pgPool.query(`INSERT INTO settings (name, value) VALUES ('${distributionSetting}', 'account_id')`);
  recorded = recordStatements();
  const env = { UPSTREAMS: organisationSetting(organisation), API_RESOURCES: resourcesSetting };
  server = await startTestServer({ beside: first, outbound: organisation.outbound, env });
});
afterAll(async () => {
  recorded.stop();
  await server.stop();
  await organisation.stop();
  await first.stop();
});

/** A device, a service that exchanges a token, an organisation that allows an app, and a person who takes a scope from an app. */
async function grantInOtherWays() {
  const { device_code: code, user_code: typed } = await newDevice(server);
  await allowDevice(server, newPerson(server.issuer), typed);
  const { body: device } = await poll(server, code);
  expect((await refresh(server, device.refresh_token as string, 'device')).status).toBe(200);

  const both = await obtainTokens(server, { scope: 'projects:read deployments:read' });
  const exchanged = await exchangeToken(server, both.access_token, 'edge', { resource: billing });
  expect(exchanged.status).toBe(200);

  const assertion = await assertionBy(organisation, { resource: apiResource });
  const { body: allowed } = await sendAssertion(server, assertion);
  expect((await introspect(server, allowed.access_token as string)).body.active).toBe(true);

  const { id } = server.person;
  const app = { accountId: id, clientId: 'spa', scopes: ['deployments:read'] };
  // A connection of its own: the pool of the test is older than the recorder.
  const db = openDatabase({ url: server.databaseUrl, poolSize: 1 });
  onTestFinished(() => db.close());
  expect(await takeScopes(db, app, { id: `account:${id}` })).toBe('narrowed');
  expect((await introspect(server, both.access_token)).body.active).toBe(false);
  expect((await refresh(server, both.refresh_token as string)).body.scope).toBe('projects:read');
}

it('each statement of a hot path names the distribution column', async () => {
  const { refresh_token: token = '' } = await obtainTokens(server);
  const { body } = await refresh(server, token);
  // Repeated, because the answer was lost; forked, because it was lost long ago; used, and noted.
  expect((await refresh(server, token)).body.refresh_token).toBe(body.refresh_token);
  await server.db.pgPool.query("UPDATE grants SET rotated_at = now() - interval '1 hour' WHERE rotated_at IS NOT NULL");
  const forked = await refresh(server, token);
  expect(forked.status).toBe(200);
  expect((await introspect(server, forked.body.access_token as string)).body.active).toBe(true);
  await post(server, '/oauth/revoke', { token: forked.body.access_token as string });
  await post(server, '/oauth/revoke', { token: forked.body.refresh_token as string });
  expect((await refresh(server, forked.body.refresh_token as string)).status).toBe(400);
  const kept = await obtainTokens(server, { client_id: 'web' });
  expect((await refresh(server, kept.refresh_token as string, 'web')).status).toBe(200);
  await introspect(server, kept.refresh_token as string, 'web');
  await post(server, '/oauth/token', { grant_type: 'client_credentials' }, 'service');
  const person = newPerson(server.issuer);
  await obtainCode(server, {}, person);
  expect(callback(await person.request(authorizeUrl(server))).get('code')).toBeTruthy();
  await grantInOtherWays();

  const unkeyed = [...recorded.texts].filter((text) => tablesWithoutKey(text).length > 0);
  const unknown = unkeyed.filter((text) => !askEveryShard.some(([part]) => text.includes(part)));
  expect(unknown).toEqual([]);
  // The recorder sees the statements that matter, and those that may ask every shard are among them.
  const keyed = [...recorded.texts].filter((text) => /\bgrants\b/.test(text) && tablesWithoutKey(text).length === 0);
  expect(keyed.length).toBeGreaterThanOrEqual(7);
  expect(unkeyed.length).toBeGreaterThan(0);
});

it.each([
  ['SELECT 1 FROM grants g WHERE g.handle_hash = $1', ['grants']],
  ['SELECT 1 FROM grants g WHERE g.handle_hash = $1 AND g.account_id = $2', []],
  ['SELECT 1 FROM grants g JOIN accounts a ON a.id = g.account_id WHERE a.id = $1', ['grants']],
  ['UPDATE grants SET generation = 1 WHERE id = $1', ['grants']],
  ['UPDATE grants SET generation = 1 WHERE id = $1 AND account_id = $2', []],
  ['INSERT INTO grants (id, account_id) SELECT $1, $2', []],
  ['INSERT INTO grants (id) SELECT $1', ['grants']],
  ['SELECT end_grants($1)', ['grants']],
  ['SELECT 1 FROM sessions', []],
])('the rule reads %s', (text, tables) => expect(tablesWithoutKey(text)).toEqual(tables));

it('no statement locks rows of several shards, on a hot path or not', () => {
  const sources = readSources(new URL('../../', import.meta.url));
  const locks = sources.flatMap(({ path, text }) => locksOfSeveralShards(text).map((lock) => [path, lock]));
  // A distributed database is purged by another statement.
  expect(locks).toEqual([
    ['src/store/grants-purge.ts', expect.stringMatching(/^SELECT id FROM grants WHERE expires_on <= now::date/)],
  ]);
});

it.each([
  ['`SELECT id FROM grants WHERE id = ANY ($1) ORDER BY id FOR UPDATE`', 1],
  ['`WITH found AS MATERIALIZED (SELECT id FROM grants WHERE id = ANY ($1) ORDER BY id FOR UPDATE) SELECT 1`', 1],
  ["'SELECT id FROM grants WHERE account_id = $1 FOR NO KEY UPDATE'", 0],
  ['`WITH a AS (SELECT 1 FROM grants WHERE id = $1) SELECT 1 FROM accounts WHERE id = (SELECT 1 FROM a) FOR SHARE`', 0],
  ['`SELECT 1 FROM accounts a JOIN grants g ON g.account_id = a.id WHERE a.id = (SELECT 1) FOR KEY SHARE OF a`', 1],
  ['// SELECT id FROM grants FOR UPDATE', 0],
])('in %s there are %i such locks', (text, count) => expect(locksOfSeveralShards(text)).toHaveLength(count));

it('a refresh token names the account only where the database is distributed', async () => {
  const { parse } = createRefreshTokens(createSealer([testSecret]));
  const named = parse((await obtainTokens(server)).refresh_token as string);
  expect(named?.accountId).toBe(server.person.id);
  const plain = (await obtainTokens(first)).refresh_token as string;
  expect(parse(plain)).toMatchObject({ accountId: undefined });
  // Each node takes the tokens of the other.
  expect((await refresh(server, plain)).status).toBe(200);
});
