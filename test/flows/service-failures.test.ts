/** Refused token exchanges and identity assertions are in the failure log of the client, each with its own advice. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ExplainedFailure, explainFailures } from '../../src/operations/failures.ts';
import { disconnect } from '../../src/operations/grants.ts';
import { eventuallyTimeoutMs } from '../support/eventually.ts';
import {
  accessTokenType,
  addExchanger,
  billing,
  exchangeToken,
  reports,
  resourcesSetting,
} from '../support/exchange.ts';
import {
  addOrganisationApp,
  assertionBy,
  connectIdentity,
  organisationSetting,
  sendAssertion,
} from '../support/id-jag.ts';
import { obtainTokens, type post } from '../support/oauth.ts';
import { addPerson, startTestServer, type TestServer } from '../support/server.ts';
import { apiResource } from '../support/standard.ts';
import { startWorkloadIssuer, type WorkloadIssuer } from '../support/workload-issuer.ts';

let organisation: WorkloadIssuer;
let server: TestServer;
let subject: string;
beforeAll(async () => {
  organisation = await startWorkloadIssuer(() => server.issuer);
  const env = {
    API_RESOURCES: resourcesSetting,
    UPSTREAMS: organisationSetting(organisation),
    UNVERIFIED_PEOPLE_LIMIT: '1',
  };
  server = await startTestServer({ outbound: organisation.outbound, env });
  await addExchanger(server, 'edge', { scope: 'projects:read', exchange_resource: `${billing} ${reports}` });
  await addExchanger(server, 'elsewhere', { gateway_resource: billing, exchange_resource: reports });
  await addExchanger(server, 'unlisted', { exchange_resource: `${apiResource}/unlisted` });
  for (const id of ['notes', 'left', 'partly']) {
    await addOrganisationApp(server, id, {
      id_jag_issuers: organisation.issuer,
      optional_scope: id === 'partly' ? 'projects:write' : '',
    });
  }
  await connectIdentity(server, organisation, 'alice', server.person.id);
  subject = (await obtainTokens(server)).access_token;
});
afterAll(async () => {
  await server.stop();
  await organisation.stop();
});

type Refused = Awaited<ReturnType<typeof post>>;

type Row = [what: string, ask: () => Promise<Refused>, client: string, error: string, wrong: RegExp, fix: RegExp];

/** They are in order: some change what a later one meets. */
const table: [string, Row[]][] = [
  [
    'an exchange',
    [
      [
        'of something that is not a token',
        () => exchangeToken(server, 'x', 'edge', { resource: billing }),
        'edge',
        'invalid_request',
        /not an access token of this server/,
        /without `Bearer`/,
      ],
      [
        'of a token for a resource with other gateways',
        () => exchangeToken(server, subject, 'elsewhere'),
        'elsewhere',
        'invalid_request',
        /other gateways/,
        /register it as a gateway/,
      ],
      [
        'for a resource that nobody listed',
        () => exchangeToken(server, subject, 'edge', { resource: 'https://other.example' }),
        'edge',
        'invalid_target',
        /may not exchange tokens for this resource/,
        /`exchange_resource`/,
      ],
      [
        'for a listed resource that the server does not have',
        () => exchangeToken(server, subject, 'unlisted', { resource: `${apiResource}/unlisted` }),
        'unlisted',
        'invalid_target',
        /server has no resource of this name/,
        /`API_RESOURCES`/,
      ],
      [
        'that names no resource',
        () => exchangeToken(server, subject, 'edge'),
        'edge',
        'invalid_target',
        /names no resource/,
        /Send `resource`/,
      ],
      [
        'for a scope that the token does not have',
        () => exchangeToken(server, subject, 'edge', { resource: billing, scope: 'projects:write' }),
        'edge',
        'invalid_scope',
        /subject token does not have/,
        /Ask for less/,
      ],
      [
        'with an actor token',
        () =>
          exchangeToken(server, subject, 'edge', {
            resource: billing,
            actor_token: 'x',
            actor_token_type: accessTokenType,
          }),
        'edge',
        'invalid_request',
        /Actor_token is not supported/,
        /the client itself is the actor/,
      ],
    ],
  ],
  [
    'an assertion',
    [
      [
        'for another audience',
        async () => sendAssertion(server, await assertionBy(organisation, { aud: 'https://other.example' })),
        'notes',
        'invalid_grant',
        /^Aud of the assertion must be this issuer alone\.$/,
        /`aud` this issuer alone/,
      ],
      [
        'that is missing',
        () => sendAssertion(server, ''),
        'notes',
        'invalid_request',
        /has no assertion/,
        /Send `assertion`/,
      ],
      [
        'of an issuer that is not listed at the client',
        async () => sendAssertion(server, await assertionBy(organisation, { iss: 'https://other.example' })),
        'notes',
        'invalid_grant',
        /not trusted for this client/,
        /`id_jag_issuers`/,
      ],
      [
        'about somebody who never signed in',
        async () => sendAssertion(server, await assertionBy(organisation, { sub: 'mallory' })),
        'notes',
        'invalid_grant',
        /Nobody here has signed in/,
        /signs in once/,
      ],
      [
        'for an app that the person disconnected',
        async () => {
          const send = async () =>
            sendAssertion(server, await assertionBy(organisation, { client_id: 'left' }), {}, 'left');
          expect((await send()).status).toBe(200);
          await disconnect(server.db, { accountId: server.person.id, clientId: 'left' }, { id: 'test' });
          return send();
        },
        'left',
        'invalid_grant',
        /person has disconnected the app/,
        /through authorization/,
      ],
      [
        'for scopes that the person refused',
        async () => {
          await obtainTokens(server, { client_id: 'partly', scope: 'projects:read projects:write' });
          const claims = { client_id: 'partly', scope: 'projects:write' };
          return sendAssertion(server, await assertionBy(organisation, claims), {}, 'partly');
        },
        'partly',
        'invalid_grant',
        /person has refused/,
        /through authorization/,
      ],
      [
        'for a scope that it does not have',
        async () => sendAssertion(server, await assertionBy(organisation), { scope: 'projects:write' }),
        'notes',
        'invalid_scope',
        /does not have this scope/,
        /Compare `scope`/,
      ],
      [
        'for another resource',
        async () => sendAssertion(server, await assertionBy(organisation), { resource: 'https://other.example' }),
        'notes',
        'invalid_target',
        /another resource/,
        /organisation name the resource/,
      ],
      [
        'while the app is at its user limit',
        async () => {
          const person = await addPerson(server.db, 'one-too-many@example.com');
          await connectIdentity(server, organisation, 'late', person.id);
          expect((await sendAssertion(server, await assertionBy(organisation))).status).toBe(200);
          return sendAssertion(server, await assertionBy(organisation, { sub: 'late' }));
        },
        'notes',
        'invalid_grant',
        /maximum number of users/,
        /verify it/,
      ],
      [
        'whose issuer cannot be reached',
        async () => {
          vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 25 * 3600_000 });
          organisation.instead = (_path, response) => {
            response.writeHead(500).end();
            return true;
          };
          return sendAssertion(server, await assertionBy(organisation));
        },
        'notes',
        'temporarily_unavailable',
        /keys of the organisation/,
        /Retry-After/,
      ],
    ],
  ],
];

/** What the page "Why did this fail?" says, by the name of the row. */
const explained = new Map<string, ExplainedFailure>();
beforeAll(async () => {
  const names = new Map<unknown, string>();
  for (const [kind, rows] of table) {
    for (const [what, ask] of rows) names.set((await ask()).headers.get('x-request-id'), `${kind} ${what}`);
  }
  vi.useRealTimers();
  const text = 'SELECT * FROM failed_requests WHERE request_id = ANY ($1)';
  const find = async () => (await server.db.pgPool.query(text, [[...names.keys()]])).rows;
  await vi.waitFor(async () => expect(await find()).toHaveLength(names.size), eventuallyTimeoutMs);
  for (const failure of await explainFailures(server.db, await find())) {
    explained.set(names.get(failure.request_id) as string, failure);
  }
});

describe.each(table)('%s', (kind, rows) => {
  it.each(rows)('%s is explained', (what, _ask, client, error, wrong, fix) => {
    const failure = explained.get(`${kind} ${what}`);
    expect(failure).toMatchObject({ client_id: client, endpoint: 'token', error, by: 'client' });
    expect(failure?.wrong).toMatch(wrong);
    expect(failure?.fix).toMatch(fix);
  });
});
