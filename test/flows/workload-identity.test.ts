/** A service authenticates by the token of the platform on which it runs (RFC 7523 §2.2), without a secret. */
import { createHmac } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { engineMetadata } from '../../src/oidc/client-metadata.ts';
import { createClient, updateClient } from '../../src/operations/clients.ts';
import { findClientForEngine } from '../../src/store/clients.ts';
import { newClock } from '../support/advance.ts';
import { post } from '../support/oauth.ts';
import { rowsOf } from '../support/rows.ts';
import { secrets, startTestServer, type TestServer } from '../support/server.ts';
import { fewestStatements } from '../support/statements.ts';
import { startWorkloadIssuer, type WorkloadIssuer } from '../support/workload-issuer.ts';
import { addAdmin, adminToken, call } from '../web/admin-api/support.ts';

const actor = { id: 'test' };
const subject = 'repo:example/notes:ref:refs/heads/main';
/** The nodes of a test have an issuer each. */
const audience = 'https://auth.example';
let issuer: WorkloadIssuer;
let server: TestServer;
let other: TestServer;
beforeAll(async () => {
  issuer = await startWorkloadIssuer(() => server.issuer);
  server = await startTestServer({ outbound: issuer.outbound });
  other = await startTestServer({ outbound: issuer.outbound, beside: server });
  await addService('deploy', [{ issuer: issuer.issuer, subject }]);
  await addService('nodes', [{ issuer: issuer.issuer, subject, audience }]);
});
afterAll(async () => {
  await other.stop();
  await server.stop();
  await issuer.stop();
});
afterEach(() => {
  vi.useRealTimers();
  issuer.instead = undefined;
});

async function addService(id: string, workload_identities: object[], more: object = {}): Promise<void> {
  const input = {
    client_id: id,
    client_name: 'Deploy',
    type: 'service',
    scope: 'projects:read',
    token_endpoint_auth_method: 'workload_identity',
    workload_identities,
    ...more,
  };
  await createClient(server.db, input as never, actor);
}

const jwtBearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
type Form = Record<string, string | undefined>;
async function ask(token: string, fields: Form = {}, at: TestServer = server, path = '/oauth/token') {
  const all: Form = {
    grant_type: 'client_credentials',
    scope: 'projects:read',
    client_id: 'deploy',
    client_assertion_type: jwtBearer,
    client_assertion: token,
    ...fields,
  };
  const form = Object.fromEntries(
    Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  const response = await fetch(at.issuer + path, { method: 'POST', body: new URLSearchParams(form) });
  const text = await response.text();
  const body = (text === '' ? {} : JSON.parse(text)) as Record<string, string>;
  return { status: response.status, error: body.error, text: body.error_description, body, headers: response.headers };
}

/** The detail of the last refusal in the log of the server. */
const lastDetail = () => /.*"detail":"((?:[^"\\]|\\.)*)"/s.exec(server.logged())?.[1];

// The first test: failures of strangers are kept up to a limit for each network.
it('a refusal is explained in the failure record, with the subject that was expected', async () => {
  await addService('explained', [{ issuer: issuer.issuer, subject }]);
  await ask(await issuer.token({ sub: 'repo:example/fork:pull_request' }), { client_id: 'explained' });
  const detail = `it is repo:example/fork:pull_request, expected ${subject}`;
  expect(lastDetail()).toBe(detail);
  const admins = await addAdmin(server, 'robot').then(() => adminToken(server, 'robot'));
  const recorded = async () => (await call(server, '/clients/explained/errors', { token: admins })).body.data;
  const said = 'sub of the workload token is not trusted for this client';
  const fix = expect.stringContaining('register its `sub`');
  await expect
    .poll(recorded)
    .toContainEqual(expect.objectContaining({ error: 'invalid_client', description: said, detail, fix }));
});

describe('a token of a trusted workload', () => {
  it('gets an access token as client credentials do', async () => {
    const { status, body } = await ask(await issuer.token());
    expect([status, body.token_type, body.scope]).toEqual([200, 'Bearer', 'projects:read']);
    expect(decodeJwt(body.access_token as string)).toMatchObject({ client_id: 'deploy', sub: 'deploy' });
  });

  it('authenticates at introspection and revocation too', async () => {
    const { body } = await ask(await issuer.token());
    const token = body.access_token as string;
    expect((await ask(await issuer.token(), { token }, server, '/oauth/introspect')).body.active).toBe(true);
    expect((await ask(await issuer.token(), { token }, server, '/oauth/revoke')).status).toBe(200);
    expect((await ask(await issuer.token(), { token }, server, '/oauth/introspect')).body.active).toBe(false);
  });

  it('costs the two statements of its mark when its client and the keys are known', async () => {
    await ask(await issuer.token());
    expect(await fewestStatements(server, async () => ask(await issuer.token()))).toBe(2);
  });

  it('may have its audience in a list of one', async () => {
    expect((await ask(await issuer.token({ aud: [server.issuer] }))).status).toBe(200);
  });

  it('works once on all nodes', async () => {
    const token = await issuer.token({ aud: audience });
    const statuses = await Promise.all(
      [server, other, server, other].map(async (node) => (await ask(token, { client_id: 'nodes' }, node)).status),
    );
    expect(statuses.sort()).toEqual([200, 401, 401, 401]);
    expect((await ask(token, { client_id: 'nodes' }, other)).text).toContain('was used before');
  });

  it('is not spent by a refused request', async () => {
    const token = await issuer.token();
    expect((await ask(token, { scope: 'nonsense' })).error).toBe('invalid_scope');
    expect((await ask(token)).status).toBe(200);
  });

  it('of Kubernetes works until it expires, because its pod has no other', async () => {
    await addService('pod', [{ issuer: issuer.issuer, subject: 'system:serviceaccount:notes:worker', audience }]);
    const token = await issuer.token({
      sub: 'system:serviceaccount:notes:worker',
      aud: audience,
      exp: Math.floor(Date.now() / 1000) + 3600,
    });
    for (const node of [server, other]) expect((await ask(token, { client_id: 'pod' }, node)).status).toBe(200);
  });

  it('without a jti works', async () => {
    expect((await ask(await issuer.token({ jti: undefined }))).status).toBe(200);
  });

  it('is refused once the client trusts it no more, on every node', async () => {
    await addService('changing', [{ issuer: issuer.issuer, subject, audience }]);
    for (const node of [server, other])
      expect((await ask(await issuer.token({ aud: audience }), { client_id: 'changing' }, node)).status).toBe(200);
    const workload_identities = [
      { issuer: issuer.issuer, subject: 'repo:example/other:ref:refs/heads/main', audience },
    ];
    await updateClient(server.db, 'changing', { workload_identities }, actor);
    await expect
      .poll(async () => (await ask(await issuer.token({ aud: audience }), { client_id: 'changing' }, other)).status)
      .toBe(401);
    const [event] = await rowsOf(
      server.db,
      `SELECT details FROM audit_events WHERE action = 'client.updated' AND target = 'client:changing'`,
    );
    expect(event).toMatchObject({ details: { after: { workload_identities } } });
  });

  it('is refused also by a node that was not told that its client trusts it no more', async () => {
    const id = 'distrusting';
    await addService(id, [{ issuer: issuer.issuer, subject }]);
    const token = (await ask(await issuer.token(), { client_id: id })).body.access_token as string;
    const introspect = async () => ask(await issuer.token(), { client_id: id, token }, server, '/oauth/introspect');
    expect((await introspect()).status).toBe(200);
    const other = `jsonb_set(workload_identities, '{0,subject}', '"repo:example/other:ref:refs/heads/main"')`;
    await server.db.pgPool.query(`UPDATE clients SET workload_identities = ${other} WHERE client_id = $1`, [id]);
    expect(await introspect()).toMatchObject({ status: 401, error: 'invalid_client' });
  });

  it('fits one of several that a client trusts, each with its audience', async () => {
    await addService('several', [
      { issuer: issuer.issuer, subject: 'repo:example/notes:environment:prod', audience: 'https://one.example' },
      { issuer: issuer.issuer, subject: 'repo:example/notes:ref:refs/heads/*', audience: 'https://two.example' },
    ]);
    const sub = 'repo:example/notes:environment:prod';
    const by = async (claims: object) =>
      (await ask(await issuer.token({ ...claims }), { client_id: 'several' })).status;
    expect(await by({ sub, aud: 'https://one.example' })).toBe(200);
    expect(await by({ sub: 'repo:example/notes:ref:refs/heads/a/b', aud: 'https://two.example' })).toBe(200);
    expect(await by({ sub, aud: 'https://two.example' })).toBe(401);
    expect(await by({ sub, aud: server.issuer })).toBe(401);
  });
});

describe('a token that is not right', () => {
  const now = () => Math.floor(Date.now() / 1000);
  const hour = 3600;
  it.each<[what: string, claims: () => Record<string, unknown>, text: RegExp]>([
    [
      'of another branch',
      () => ({ sub: 'repo:example/notes:ref:refs/heads/other' }),
      /sub of the workload token is not trusted/,
    ],
    ['of a longer branch', () => ({ sub: `${subject}x` }), /sub of the workload/],
    ['of a subject with something before', () => ({ sub: `x${subject}` }), /sub of the workload/],
    ['of a subject in capitals', () => ({ sub: subject.toUpperCase() }), /sub of the workload/],
    ['of a subject with a line end', () => ({ sub: `${subject}\n` }), /sub of the workload/],
    [
      'for another audience',
      () => ({ aud: 'https://elsewhere.example' }),
      /aud of the client_assertion is https:\/\/elsewhere/,
    ],
    ['for us and others', () => ({ aud: [server.issuer, 'https://elsewhere.example'] }), /expected .* alone/],
    ['for us twice', () => ({ aud: [server.issuer, server.issuer] }), /expected .* alone/],
    ['for us with a slash', () => ({ aud: `${server.issuer}/` }), /expected .* alone/],
    ['for the token endpoint', () => ({ aud: `${server.issuer}/oauth/token` }), /expected .* alone/],
    ['without an audience', () => ({ aud: undefined }), /aud of the client_assertion is missing/],
    ['with an empty list of audiences', () => ({ aud: [] }), /aud of the client_assertion is missing/],
    ['expired', () => ({ exp: now() - 1 }), /exp of the client_assertion was/],
    ['without an expiry', () => ({ exp: undefined }), /exp of the client_assertion is missing/],
    ['with an expiry of text', () => ({ exp: 'soon' }), /exp of the client_assertion is not a number/],
    ['for two days', () => ({ exp: now() + 48 * hour }), /at most 86400 seconds ahead/],
    ['from the future', () => ({ iat: now() + hour }), /iat of the client_assertion is \d+ seconds ahead/],
    ['not valid yet', () => ({ nbf: now() + hour }), /nbf of the client_assertion is \d+ seconds ahead/],
    ['with a jti that is a number', () => ({ jti: 7 }), /jti of the workload token/],
    ['with a jti of 2 KB', () => ({ jti: 'a'.repeat(2_000) }), /jti of the workload token/],
  ])('%s is refused, and the caller is told why', async (_what, claims, text) => {
    const reply = await ask(await issuer.token(claims()));
    expect([reply.status, reply.error]).toEqual([401, 'invalid_client']);
    expect(reply.text).toMatch(text);
    expect(reply.text).not.toContain('refs/heads/main');
  });

  it('with another typ is refused: an access token of the same issuer is no proof', async () => {
    for (const typ of ['at+jwt', 'dpop+jwt', 'logout+jwt'])
      expect((await ask(await issuer.token({}, { typ }))).text).toContain('typ of the client_assertion');
  });

  const unsigned = (alg: string, sign: (text: string) => string) => async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const text = `${part({ alg, kid: 'one' })}.${part(decodeJwt(await issuer.token()))}`;
    return `${text}.${sign(text)}`;
  };
  it.each<[what: string, token: () => Promise<string>]>([
    ['of another issuer', () => issuer.token({ iss: 'https://token.actions.githubusercontent.com' })],
    ['of the issuer with a slash', () => issuer.token({ iss: `${issuer.issuer}/` })],
    ['without an issuer', () => issuer.token({ iss: undefined })],
    ['without a signature (none)', unsigned('none', () => '')],
    [
      'signed by HMAC with the public key',
      unsigned('HS256', (text) =>
        createHmac('sha256', JSON.stringify(issuer.keys[0])).update(text).digest('base64url'),
      ),
    ],
    [
      'signed by a foreign key',
      async () => {
        const { privateKey } = await generateKeyPair('RS256');
        return new SignJWT(decodeJwt(await issuer.token()))
          .setProtectedHeader({ alg: 'RS256', kid: 'one' })
          .sign(privateKey);
      },
    ],
    [
      'with another payload',
      async () => {
        const [header, , signature] = (await issuer.token()).split('.');
        const claims = { ...decodeJwt(await issuer.token()), sub: subject };
        return [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
      },
    ],
  ])('%s is refused, and the caller is told nothing', async (_what, token) => {
    const reply = await ask(await token());
    expect([reply.status, reply.error, reply.text]).toEqual([401, 'invalid_client', 'client authentication failed']);
  });

  it.each<[what: string, fields: Form, status: number, text: RegExp]>([
    ['without a client_id', { client_id: undefined }, 400, /client_id is missing/],
    ['with an unknown client_id', { client_id: 'nobody' }, 401, /client authentication failed/],
    ['with a client that has a secret', { client_id: 'service' }, 401, /client authentication failed/],
    ['with a public client', { client_id: 'spa' }, 401, /client authentication failed/],
    ['beside a secret', { client_secret: 'x' }, 400, /one mechanism/],
    ['of another type', { client_assertion_type: 'urn:x' }, 400, /client_assertion_type/],
    ['without a type', { client_assertion_type: undefined }, 400, /client_assertion_type/],
    ['that is garbage', { client_assertion: 'a.b.c' }, 400, /invalid client_assertion format|mismatch/],
    ['that is empty', { client_assertion: '' }, 401, /client authentication failed/],
  ])('%s is refused', async (_what, fields, status, text) => {
    const reply = await ask(await issuer.token(), fields);
    expect([reply.status, reply.text]).toEqual([status, expect.stringMatching(text)]);
  });

  it('does not help a client of that kind to authenticate in another way', async () => {
    const form = { grant_type: 'client_credentials', scope: 'projects:read' };
    expect((await post(server, '/oauth/token', form, 'deploy')).status).toBe(401);
    expect(
      (await post(server, '/oauth/token', { ...form, client_secret: secrets.service as string }, 'deploy')).status,
    ).toBe(401);
    const { privateKey } = await generateKeyPair('ES256');
    const own = await new SignJWT({
      jti: crypto.randomUUID(),
      iss: 'deploy',
      sub: 'deploy',
      aud: server.issuer,
      exp: now() + 60,
    })
      .setProtectedHeader({ alg: 'ES256' })
      .sign(privateKey);
    expect((await ask(own)).status).toBe(401);
  });

  it('would be refused by the engine itself, which sees a client with assertions and without keys', async () => {
    const { publicKey } = await generateKeyPair('ES256');
    const own = { ...(await exportJWK(publicKey)), kid: 'own' };
    await addService('both', [{ issuer: issuer.issuer, subject }], { jwks: { keys: [own] } });
    const metadata = engineMetadata((await findClientForEngine(server.db, 'both')) as never, 'allow');
    expect(metadata).toMatchObject({ token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [] } });
    expect(metadata).not.toHaveProperty('client_secret');
  });
});

describe('the keys of an issuer', () => {
  const later = newClock();

  it('are read once for many tokens, and again for a new key after half a minute', async () => {
    later(60);
    expect((await ask(await issuer.token())).status).toBe(200);
    issuer.asked.length = 0;
    await Promise.all(Array.from({ length: 10 }, async () => ask(await issuer.token())));
    expect(issuer.asked).toEqual([]);
    issuer.keys = [...issuer.keys, await issuer.rotate('two')];
    expect((await ask(await issuer.token())).status).toBe(200);
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/keys']);
  });

  it('are used while they are read again, when more jobs begin at once than may wait', async () => {
    later(2 * 3600);
    issuer.asked.length = 0;
    const tokens = await Promise.all(Array.from({ length: 60 }, () => issuer.token()));
    const statuses = await Promise.all(tokens.map(async (token) => (await ask(token)).status));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/keys']);
  });

  it('are not read for each token with an unknown key', async () => {
    later(120);
    issuer.asked.length = 0;
    const forged = await Promise.all(Array.from({ length: 20 }, (_, i) => issuer.token({}, { kid: `none-${i}` })));
    const statuses = await Promise.all(forged.map(async (token) => (await ask(token)).status));
    expect(new Set(statuses)).toEqual(new Set([401]));
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/keys']);
  });

  it('that are withdrawn verify nothing once they were read again', async () => {
    later(60);
    const old = await issuer.token({ exp: Math.floor(Date.now() / 1000) + 5 * 3600 });
    issuer.keys = [await issuer.rotate('three')];
    later(2 * 3600);
    expect((await ask(old)).status).toBe(401);
    expect((await ask(await issuer.token())).status).toBe(200);
  });

  it('of one kid are all tried', async () => {
    later(3 * 3600);
    const [first] = issuer.keys;
    const second = { ...(await issuer.rotate('three')) };
    issuer.keys = [first as never, second];
    later(60);
    expect((await ask(await issuer.token())).status).toBe(200);
  });

  it('are used for a day while the issuer is down, and then the client is told to try again', async () => {
    later(6 * 3600);
    expect((await ask(await issuer.token())).status).toBe(200);
    issuer.instead = (_path, response) => Boolean(response.writeHead(500).end());
    later(20 * 3600);
    expect((await ask(await issuer.token())).status).toBe(200);
    later(5 * 3600);
    const reply = await ask(await issuer.token());
    expect([reply.status, reply.error]).toEqual([503, 'temporarily_unavailable']);
    expect(reply.headers.get('Retry-After')).toBe('30');
    expect(reply.text).toContain('try again');
    issuer.instead = undefined;
    expect((await ask(await issuer.token())).status).toBe(503);
    later(31);
    expect((await ask(await issuer.token())).status).toBe(200);
  });

  const says =
    (status: number, body: string | object, headers = {}) =>
    (response: ServerResponse) =>
      void response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  const at =
    (path: string, answer: (response: ServerResponse) => void) => (asked: string, response: ServerResponse) => {
      if (asked !== path) return false;
      answer(response);
      return true;
    };
  const metadata = '/.well-known/openid-configuration';
  it.each<[what: string, instead: () => NonNullable<WorkloadIssuer['instead']>, detail: RegExp]>([
    [
      'names another issuer',
      () => at(metadata, says(200, { issuer: 'https://other.example', jwks_uri: `${issuer.issuer}/keys` })),
      /another issuer/,
    ],
    ['names no keys', () => at(metadata, says(200, { issuer: issuer.issuer })), /no jwks_uri/],
    [
      'names keys over http',
      () => at(metadata, says(200, { issuer: issuer.issuer, jwks_uri: 'http://issuer.example/keys' })),
      /no jwks_uri/,
    ],
    ['redirects', () => at(metadata, says(302, '', { location: `${issuer.issuer}/elsewhere` })), /answered 302/],
    ['is not found', () => at(metadata, says(404, '')), /answered 404/],
    ['is no JSON', () => at(metadata, says(200, '<html>')), /JSON object/],
    ['is a list', () => at(metadata, says(200, 'null')), /JSON object/],
    ['has 5 MB', () => at(metadata, says(200, ' '.repeat(5 * 1024 * 1024))), /more than 256 KB/],
    ['has a key set of 5 MB', () => at('/keys', says(200, ' '.repeat(5 * 1024 * 1024))), /more than 256 KB/],
    ['has a key set that redirects', () => at('/keys', says(301, '', { location: '/' })), /answered 301/],
    ['has no list of keys', () => at('/keys', says(200, { keys: 'none' })), /key set/],
    ['breaks the connection', () => at('/keys', (response) => void response.destroy()), /hang up|ECONNRESET/],
  ])('are not used from a document that %s', async (_what, instead, detail) => {
    later(2 * 24 * 3600);
    issuer.instead = instead();
    const reply = await ask(await issuer.token());
    expect([reply.status, reply.error]).toEqual([503, 'temporarily_unavailable']);
    expect(lastDetail()).toMatch(detail);
  });

  it('of an issuer that hangs hold up nobody else', async () => {
    later(2 * 24 * 3600);
    issuer.instead = () => true;
    issuer.network.giveUpInTime();
    const held = Array.from({ length: 30 }, async () => ask(await issuer.token()));
    const form = { grant_type: 'client_credentials', scope: 'projects:read' };
    expect((await post(server, '/oauth/token', form, 'service')).status).toBe(200);
    expect(new Set((await Promise.all(held)).map(({ status }) => status))).toEqual(new Set([503]));
    issuer.asked.length = 0;
    expect((await ask(await issuer.token())).status).toBe(503);
    expect(issuer.asked).toEqual([]);
  });

  it('that were registered are used, and the issuer is not asked', async () => {
    const far = 'https://kubernetes.default.svc.cluster.local';
    const sub = 'system:serviceaccount:notes:worker';
    await addService('cluster', [{ issuer: far, subject: sub, jwks: { keys: issuer.keys } }]);
    issuer.asked.length = 0;
    expect((await ask(await issuer.token({ iss: far, sub }), { client_id: 'cluster' })).status).toBe(200);
    expect(issuer.asked).toEqual([]);
    expect((await ask(await issuer.token({ iss: far, sub }), {})).status).toBe(401);
  });
});
