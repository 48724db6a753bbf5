/** Exchanges happen while nobody is there: people find them in their activity, developers in statistics, admins in the audit log. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listDailyStatistics } from '../../src/store/client-statistics.ts';
import { addExchanger, billing, exchangeToken, reports } from '../support/exchange.ts';
import {
  addOrganisationApp,
  assertionBy,
  connectIdentity,
  organisationSetting,
  sendAssertion,
} from '../support/id-jag.ts';
import { obtainTokens } from '../support/oauth.ts';
import { newPerson, signIn } from '../support/person.ts';
import { rowsOf } from '../support/rows.ts';
import { apiResource, startTestServer, type TestServer } from '../support/server.ts';
import { startWorkloadIssuer, type WorkloadIssuer } from '../support/workload-issuer.ts';

const scope = 'projects:read projects:write';
let idp: WorkloadIssuer;
let server: TestServer;
let second: TestServer;
let subject: string;
beforeAll(async () => {
  idp = await startWorkloadIssuer(() => server.issuer);
  const env = {
    UPSTREAMS: organisationSetting(idp),
    API_RESOURCES: `${billing}=projects:read projects:write,${reports}=projects:read`,
  };
  server = await startTestServer({ outbound: idp.outbound, env });
  second = await startTestServer({ outbound: idp.outbound, beside: server, env: { ...env, ISSUER: server.issuer } });
  await addExchanger(server, 'edge', { scope, exchange_resource: `${billing} ${reports}` });
  await addOrganisationApp(server, 'notes', { id_jag_issuers: idp.issuer });
  await connectIdentity(server, idp, 'alice', server.person.id);
  subject = (await obtainTokens(server, { scope })).access_token;
});
afterAll(async () => {
  await second.stop();
  await server.stop();
  await idp.stop();
});

const events = (action: string) =>
  rowsOf(
    server.db,
    `SELECT actor, target, details, request_id FROM audit_events WHERE action = '${action}' ORDER BY seq`,
  );

it('Exchanges on two nodes are told once a day for each service, person, app and resource', async () => {
  for (const node of [server, second, server, second]) {
    expect((await exchangeToken(node, subject, 'edge', { resource: billing })).status).toBe(200);
  }
  expect((await exchangeToken(second, subject, 'edge', { resource: reports })).status).toBe(200);
  expect((await exchangeToken(second, subject, 'edge', { resource: 'https://other.example' })).status).toBe(400);
  await expect.poll(() => events('token.exchanged').then(({ length }) => length)).toBe(2);
  const told = await events('token.exchanged');
  expect(told.find(({ details }) => (details as { resource: string }).resource === billing)).toEqual({
    actor: 'client:edge',
    target: 'client:edge',
    details: { account: server.person.id, app: 'spa', resource: billing, scope, ip: expect.any(String) },
    request_id: expect.stringMatching(/^req_/),
  });
});

it('An assertion of an organisation is told with the organisation, and one that was refused is not', async () => {
  for (const node of [server, second]) {
    const assertion = await assertionBy(idp, { resource: apiResource });
    expect((await sendAssertion(node, assertion)).status).toBe(200);
    expect((await sendAssertion(node, assertion)).status).toBe(400);
  }
  await expect.poll(() => events('token.asserted').then(({ length }) => length)).toBe(1);
  expect((await events('token.asserted'))[0]).toMatchObject({
    actor: 'client:notes',
    details: { account: server.person.id, organisation: idp.issuer, resource: apiResource, scope: 'projects:read' },
  });
});

it('The person reads both in their activity, among what apps did', async () => {
  const person = newPerson(server.issuer);
  await signIn(person, await person.visit('/account/activity?kind=apps'), server.person.email);
  const { text } = await person.visit('/account/activity?kind=apps');
  expect(text).toContain('acted for you with the access of');
  expect(text).toContain(`got access through your organisation, <span class="mono">${idp.issuer}</span>`);
});

it('Each of them counts in the statistics of its client', async () => {
  const count = async (clientId: string, what: string) =>
    (await listDailyStatistics(server.db, clientId))
      .filter((one) => one.what === what)
      .reduce((all, one) => all + one.count, 0);
  await expect.poll(() => count('edge', 'token_exchange')).toBe(5);
  await expect.poll(() => count('notes', 'id_jag')).toBe(2);
});
