/**
 * What an app gets for each way in which apps name scopes: no library may fail on an answer (RFC 6749 §3.3, §4.1.2.1, §5.1).
 * One table for all endpoints: another endpoint is one entry of `endpoints`.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../src/operations/clients.ts';
import { deviceGrantType } from '../../src/policy/device-codes.ts';
import { askByDevice, poll, reachConsent, registerDevices } from '../support/devices.ts';
import { type DocumentHost, startDocumentHost } from '../support/document-host.ts';
import { addExchanger, exchangeToken } from '../support/exchange.ts';
import { authorizeUrl, exchange, obtainCode, obtainTokens, post, refresh } from '../support/oauth.ts';
import { decide, newPerson } from '../support/person.ts';
import { apiResource, redirectUri, startTestServer, type TestServer } from '../support/server.ts';

const catalogue = 'projects:read projects:write deployments:read deployments:write analytics:read ai:generate';
const identity = 'openid profile email';
const harmless = 'projects:read deployments:read analytics:read';
const mcp = `${apiResource}/mcp`;
/** The person leaves every optional scope ticked, also those of an app that nobody registered. */
const allTicked = `${catalogue} ${identity}`.split(' ');
/** Apps send `resource.href`, which ends an origin with a slash. */
const resources = [undefined, apiResource, `${apiResource}/`, mcp, `${mcp}/`];

let server: TestServer;
let documents: DocumentHost;
/** A client that nobody registered. */
let stranger: string;
beforeAll(async () => {
  documents = await startDocumentHost();
  server = await startTestServer({ outbound: documents.outbound, env: { API_RESOURCES: mcp } });
  stranger = documents.serve('agent.json', { client_name: 'Agent', redirect_uris: [redirectUri] });
  const client = {
    client_id: 'reader',
    client_name: 'Reader',
    type: 'spa',
    redirect_uris: [redirectUri],
  } as const;
  await createClient(server.db, { ...client, scope: 'projects:read analytics:read openid' }, { id: 'test' });
  await registerDevices(server);
  const device = {
    client_id: 'device-reader',
    client_name: 'Reader',
    type: 'native',
    grant_types: [deviceGrantType],
  } as const;
  await createClient(server.db, { ...device, scope: 'projects:read analytics:read openid' }, { id: 'test' });
});
afterAll(async () => {
  await server.stop();
  await documents.stop();
});

type Asked = { scope?: string | undefined; resource?: string | undefined; client_id?: string };
/** The scopes of the tokens, or the error and its description. */
type Answer = { scope: string } | { error: string; says: string };

const answerOf = (body: Record<string, unknown>): Answer =>
  body.error ? { error: String(body.error), says: String(body.error_description) } : { scope: sorted(body.scope) };
const sorted = (scope: unknown) => String(scope).split(' ').sort().join(' ');

/** Where the button leads by which an error goes on to an app that nobody registered. */
const onwardFrom = (page: string): string =>
  (/<a class="btn" href="(https:[^"]+)"/.exec(page)?.[1] ?? '').replaceAll('&amp;', '&');

/** The code's tokens, or why there is no code. */
async function authorized(params: Record<string, string | undefined>, clientId: string): Promise<Answer> {
  // Without a session an error shows before anybody signs in.
  const first = await newPerson(server.issuer).request(authorizeUrl(server, { ...params, client_id: clientId }));
  const location = new URL(first.headers.get('location') ?? onwardFrom(first.text), server.issuer);
  if (location.searchParams.has('error')) return answerOf(Object.fromEntries(location.searchParams));
  const code = await obtainCode(server, { ...params, client_id: clientId }, newPerson(server.issuer), allTicked);
  return answerOf((await exchange(server, code, clientId)).body);
}

const endpoints: Record<string, (asked: Asked) => Promise<Answer>> = {
  'an authorization': ({ client_id: clientId = 'spa', ...asked }) => authorized({ ...scopeless, ...asked }, clientId),
  'a pushed authorization request': async ({ client_id: clientId = 'spa', ...asked }) => {
    const form = Object.fromEntries(new URL(authorizeUrl(server, { ...scopeless, ...asked })).searchParams);
    const pushed = await post(server, '/oauth/par', { ...form, client_id: clientId }, clientId);
    if (pushed.status !== 201) return answerOf(pushed.body);
    const request = { client_id: clientId, request_uri: pushed.body.request_uri as string };
    const code = await obtainCode(server, request, newPerson(server.issuer), allTicked);
    return answerOf((await exchange(server, code, clientId)).body);
  },
  'a device authorization': async ({ client_id: like, scope, resource }) => {
    const clientId = like ? `device-${like}` : 'device';
    const form = { ...(scope !== undefined && { scope }), ...(resource !== undefined && { resource }) };
    const asked = await askByDevice(server, form, clientId);
    if (asked.status !== 200) return answerOf(asked.body);
    const { device_code: code, user_code: userCode } = asked.body as { device_code: string; user_code: string };
    const person = newPerson(server.issuer);
    await decide(person, await reachConsent(server, person, userCode), 'allow', allTicked);
    return answerOf((await poll(server, code, clientId)).body);
  },
};
const scopeless = { scope: undefined, prompt: 'consent' };

type Row = [what: string, scope: string | undefined, answer: string | { error: string; says: string }];

const unknown = { error: 'invalid_scope', says: 'none of the requested scopes is known here' };
const commas = { error: 'invalid_scope', says: 'scopes are separated by spaces, not by commas' };

const rows: Row[] = [
  ['no scope', undefined, 'projects:read'],
  ['an empty scope', '', 'projects:read'],
  ['spaces alone', '  ', 'projects:read'],
  ['offline_access, which is accepted without an effect', 'projects:read offline_access', 'projects:read'],
  ['offline_access alone', 'offline_access', 'projects:read'],
  ['the whole catalogue', `${catalogue} ${identity}`, `${catalogue} ${identity}`],
  ['the whole catalogue and offline_access', `${catalogue} ${identity} offline_access`, `${catalogue} ${identity}`],
  ['an unknown scope beside a known one', 'projects:read mcp:tools', 'projects:read'],
  ['openid alone', 'openid', 'openid projects:read'],
  ['openid profile email alone', identity, `${identity} projects:read`],
  ['a scope twice', 'projects:read projects:read', 'projects:read'],
  ['spaces around', ' projects:read  deployments:read ', 'projects:read deployments:read'],
  ['claudeai alone', 'claudeai', unknown],
  ['unknown scopes alone', 'claudeai mcp:tools', unknown],
  ['commas', 'projects:read,projects:write', commas],
  ['commas and spaces', 'projects:read, projects:write', commas],
];

const expected = (answer: Row[2]): unknown =>
  typeof answer === 'string' ? { scope: sorted(answer) } : { ...answer, says: expect.stringContaining(answer.says) };

describe.each(Object.entries(endpoints))('%s', (_endpoint, ask) => {
  it.each(rows)('with %s is answered so that no app trips', async (_what, scope, answer) => {
    for (const resource of [undefined, `${apiResource}/`]) {
      expect(await ask({ scope, resource })).toEqual(expected(answer));
    }
  });

  it('of a client with a ceiling gets what is below it, and is told', async () => {
    expect(await ask({ client_id: 'reader', scope: 'projects:read' })).toEqual({ scope: 'projects:read' });
    expect(await ask({ client_id: 'reader', scope: 'projects:write' })).toMatchObject({ error: 'invalid_scope' });
  });
});

describe('an app that nobody registered', () => {
  it.each(rows.filter(([, scope, answer]) => answer === 'projects:read' && !scope?.includes('projects:read')))(
    'with %s gets the scopes that change nothing and cost nothing',
    async (_what, scope) => {
      expect(await authorized({ ...scopeless, scope }, stranger)).toEqual(expected(harmless));
    },
  );

  it('with openid profile email alone gets them too', async () => {
    expect(await authorized({ ...scopeless, scope: identity }, stranger)).toEqual(expected(`${identity} ${harmless}`));
  });

  it.each(rows.filter(([, , answer]) => typeof answer !== 'string'))('with %s gets the same error', async (...row) => {
    expect(await authorized({ ...scopeless, scope: row[1] }, stranger)).toEqual(expected(row[2]));
  });
});

it.each(resources)('the default scopes do not depend on the resource %s', async (resource) => {
  expect(await authorized({ ...scopeless, resource }, 'spa')).toEqual({ scope: 'projects:read' });
  expect(await authorized({ ...scopeless, resource, scope: identity }, 'spa')).toEqual(
    expected(`${identity} projects:read`),
  );
});

describe('a refresh', () => {
  const ask = async (scope: string) => {
    const { refresh_token: token } = await obtainTokens(server, { scope: 'projects:read deployments:read' });
    return answerOf((await refresh(server, token as string, 'spa', { scope })).body);
  };

  it.each<[what: string, scope: string, granted: string]>([
    ['fewer scopes gets these', 'projects:read', 'projects:read'],
    ['an unknown scope beside a known one is told that it was dropped', 'projects:read mcp:tools', 'projects:read'],
    ['offline_access gets no such scope', 'projects:read offline_access', 'projects:read'],
    ['a scope twice gets it once', 'projects:read projects:read', 'projects:read'],
    [
      'all that was asked for, of which the person allowed a part, gets that part',
      'projects:read deployments:read ai:generate',
      'deployments:read projects:read',
    ],
  ])('for %s', async (_what, scope, granted) => {
    expect(await ask(scope)).toEqual({ scope: granted });
  });

  it.each<[what: string, scope: string]>([
    ['of unknown scopes alone', 'claudeai'],
    ['of a scope that was not granted', 'projects:write'],
    ['with commas', 'projects:read,deployments:read'],
  ])('%s is refused', async (_what, scope) => {
    expect(await ask(scope)).toMatchObject({ error: 'invalid_scope' });
  });
});

describe('a service', () => {
  const ask = async (scope: string | undefined) =>
    answerOf(
      (
        await post(
          server,
          '/oauth/token',
          { grant_type: 'client_credentials', ...(scope !== undefined && { scope }) },
          'service',
        )
      ).body,
    );

  it.each<Row>([
    ['an unknown scope beside a known one', 'projects:read mcp:tools', 'projects:read'],
    ['the whole catalogue', catalogue, catalogue],
    ['offline_access beside a scope', 'projects:read offline_access', 'projects:read'],
    ['offline_access alone', 'offline_access', { error: 'invalid_scope', says: 'requested scope is not allowed' }],
    ['a scope twice', 'projects:read projects:read', 'projects:read'],
    ['claudeai alone', 'claudeai', unknown],
    ['unknown scopes alone', 'claudeai mcp:tools', unknown],
    ['commas', 'projects:read,projects:write', commas],
  ])('with %s is answered so that no library trips', async (_what, scope, answer) => {
    expect(await ask(scope)).toEqual(expected(answer));
  });
});

describe('a token exchange', () => {
  let subject: string;
  beforeAll(async () => {
    const scope = catalogue;
    await addExchanger(server, 'edge', { scope, default_scope: '', exchange_resource: mcp });
    subject = (await obtainTokens(server, { scope: `${harmless} openid`, prompt: 'consent' })).access_token;
  });
  const ask = async (scope: string | undefined) =>
    answerOf((await exchangeToken(server, subject, 'edge', { ...(scope !== undefined && { scope }) })).body);

  it.each<Row>([
    ['no scope', undefined, harmless],
    ['an empty scope', '', harmless],
    ['an unknown scope beside a known one', 'projects:read mcp:tools', 'projects:read'],
    ['offline_access beside a scope', 'projects:read offline_access', 'projects:read'],
    ['a scope twice', 'projects:read projects:read', 'projects:read'],
    ['spaces around', ' projects:read  deployments:read ', 'projects:read deployments:read'],
    ['claudeai alone', 'claudeai', unknown],
    ['unknown scopes alone', 'claudeai mcp:tools', unknown],
    ['commas', 'projects:read,projects:write', commas],
    ['the whole catalogue', catalogue, { error: 'invalid_scope', says: 'the subject token does not have this scope' }],
  ])('with %s is answered so that no library trips', async (_what, scope, answer) => {
    expect(await ask(scope)).toEqual(expected(answer));
  });
});

describe('offline_access', () => {
  it('is advertised by no metadata, and every app that may refresh gets a refresh token', async () => {
    for (const path of ['oauth-authorization-server', 'openid-configuration']) {
      const metadata = await (await fetch(`${server.issuer}/.well-known/${path}`)).json();
      expect(metadata.scopes_supported.sort()).toEqual(`${catalogue} ${identity}`.split(' ').sort());
      expect(JSON.stringify(metadata)).not.toContain('offline_access');
    }
    expect((await obtainTokens(server)).refresh_token).toMatch(/^vcs_rt_/);
  });

  it('is not in the description of the admin API', async () => {
    const document = await (await fetch(`${server.issuer}/admin/v1/openapi.json`)).text();
    expect(document).toContain('"openapi"');
    expect(document).not.toContain('offline_access');
  });
});
