/** vcauth import: the exports of four other servers, and their clients and people at a running server. */
import { copyFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authorizeUrl, basic, callback, exchange } from '../support/oauth.ts';
import { decide, newPerson, type Person } from '../support/person.ts';
import { auditOf, rowsOf } from '../support/rows.ts';
import { secrets, startTestServer, type TestServer, testSecret } from '../support/server.ts';
import { type Vcauth, vcauthIn } from './vcauth.ts';

const exportsOf = new URL('../support/exports/', import.meta.url);
const password = 'the password from before';
/** The secrets of which the exports have hashes. */
const hydraSecrets = { catalogue: 'hydra-secret-FZGQdH0Vjx3JxQPO2bjf', stock: 'A3g4eJPtxFzyjA3FICgibqgn6kwqkvXO' };
const catalogue = 'edd87511-a613-4ead-ab4c-4ec157ca76de';

let server: TestServer;
let vcauth: Vcauth;
let folder: string;
beforeAll(async () => {
  server = await startTestServer();
  vcauth = vcauthIn({ DATABASE_URL: server.databaseUrl, SECRETS: testSecret });
  folder = await mkdtemp(join(tmpdir(), 'vcauth-import-'));
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

/** Copies an export, because the report is written beside it. */
async function copyOf(name: string): Promise<string> {
  const path = join(folder, name);
  await copyFile(new URL(name, exportsOf), path);
  return path;
}
let files = 0;
async function fileOf(content: unknown): Promise<string> {
  files += 1;
  const path = join(folder, `file-${files}.json`);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}
const run = (source: string, path: string, ...options: string[]) =>
  vcauth.json<{ report: string; [part: string]: unknown }>(['import', source, path, ...options]);
const scopes = async () => ['--scopes', await copyOf('scopes.json')];
async function reportOf(path: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(path, 'utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}
const textOf = (name: string) => readFile(new URL(name, exportsOf), 'utf8');
const token = (id: string, secret: string, form = { grant_type: 'client_credentials', scope: 'projects:read' }) =>
  fetch(`${server.issuer}/oauth/token`, {
    method: 'POST',
    headers: { authorization: basic(id, secret) },
    body: new URLSearchParams(form),
  });

const rows = (sql: string) => rowsOf(server.db, sql);
/** Everything that an import may change. */
/** Without the last uses of secrets, which are written some time after the use. */
const everything = () =>
  rows(`SELECT (SELECT json_agg(c ORDER BY client_id) FROM clients c)::text AS clients,
    (SELECT json_agg(to_jsonb(s) - 'last_used_at' ORDER BY id) FROM client_secrets s)::text AS secrets,
    (SELECT json_agg(a ORDER BY id) FROM accounts a)::text AS accounts,
    (SELECT json_agg(k ORDER BY account_id, client_id) FROM consents k)::text AS consents,
    (SELECT count(*)::integer FROM audit_events) AS events`);

interface Exported {
  clients: { clientId: string; secret: string }[];
  users: object[];
}
const contentOf = async (name: string) => JSON.parse(await textOf(name)) as Exported;
const secretIn = async (name: string, clientId: string) =>
  (await contentOf(name)).clients.find((one) => one.clientId === clientId)?.secret as string;

describe('from Keycloak', () => {
  let path: string;
  beforeAll(async () => {
    path = await copyOf('keycloak-realm.json');
  });

  it('a dry run says what would happen, and the import does exactly that', async () => {
    const before = await everything();
    const { report: dryReport, ...foreseen } = await run('keycloak', path, ...(await scopes()), '--dry-run');
    expect(foreseen).toEqual({
      source: 'keycloak',
      dry_run: true,
      clients: {
        imported: 4,
        unchanged: 0,
        left_out: {
          built_in: 1,
          no_redirect_uri: 2,
          unsupported_kind: 1,
          resource_server: 1,
          redirect_uri: 2,
          scope: 1,
          secret_weak: 1,
        },
      },
      accounts: {
        imported: 4,
        unchanged: 0,
        left_out: { second_step: 1, other_sign_in: 1, invalid_field: 1, service_account: 1 },
      },
      consents: { imported: 1, unchanged: 0, left_out: { client_missing: 1 } },
      seconds: expect.any(Number),
    });
    expect(await everything()).toEqual(before);
    const { report, ...done } = await run('keycloak', path, ...(await scopes()));
    expect(done).toEqual({ ...foreseen, dry_run: false, seconds: expect.any(Number) });
    expect(await reportOf(report)).toEqual(await reportOf(dryReport));
    expect((await stat(report)).mode & 0o777).toBe(0o600);
  });

  it('the report names each entry with the reason and what to do', async () => {
    const lines = await reportOf(`${path}.left-out.ndjson`);
    expect(lines).toHaveLength(13 + 1);
    expect(lines).toContainEqual({
      kind: 'client',
      position: 2,
      client_id: 'notes',
      imported: true,
      reason: 'redirect_uri',
      field: 'redirect_uris',
      problem: '"https://notes.example/*" must not have a wildcard (*): register each address',
      what_to_do: expect.stringContaining('vcauth clients update'),
    });
    expect(lines).toContainEqual(
      expect.objectContaining({ client_id: 'script', imported: false, reason: 'no_redirect_uri' }),
    );
    expect(lines).toContainEqual(expect.objectContaining({ kind: 'account', position: 5, reason: 'invalid_field' }));
    for (const line of lines)
      expect(line).toMatchObject({ problem: expect.any(String), what_to_do: expect.any(String) });
  });

  it('running it again changes nothing', async () => {
    const before = await everything();
    const report = await reportOf(`${path}.left-out.ndjson`);
    const again = await run('keycloak', path, ...(await scopes()));
    expect(again).toMatchObject({
      clients: { imported: 0, unchanged: 4 },
      accounts: { imported: 0, unchanged: 4 },
      consents: { imported: 0, unchanged: 1 },
    });
    expect(await everything()).toEqual(before);
    expect(await reportOf(`${path}.left-out.ndjson`)).toEqual(report);
  });

  it('clients keep their ids, addresses and kinds, and get no more than the scopes that were named', async () => {
    const clients = await rows(`SELECT client_id, type, status, scope, default_scope, redirect_uris, grant_types,
        post_logout_redirect_uris, token_endpoint_auth_method AS method, id_token_signed_response_alg AS alg, first_party
      FROM clients WHERE client_id IN ('notes', 'reader', 'reports', 'kiosk') AND client_name != 'Demo' ORDER BY client_id`);
    expect(clients).toMatchObject([
      { client_id: 'kiosk', type: 'web', status: 'disabled', scope: '' },
      {
        client_id: 'notes',
        type: 'web',
        status: 'active',
        scope: 'projects:read projects:write',
        default_scope: 'projects:read',
        redirect_uris: ['https://notes.example/callback'],
        post_logout_redirect_uris: ['https://notes.example/bye'],
        grant_types: ['authorization_code', 'refresh_token'],
        method: 'client_secret_basic',
        alg: 'RS256',
        first_party: false,
      },
      {
        client_id: 'reader',
        type: 'spa',
        method: 'none',
        redirect_uris: ['https://reader.example/cb', 'http://localhost:5173/cb'],
        scope: 'projects:read',
      },
      { client_id: 'reports', type: 'service', grant_types: ['client_credentials'], scope: 'projects:read' },
    ]);
    expect((await auditOf(server.db, 'client:notes'))[0]).toMatchObject({
      action: 'client.created',
      details: { imported_from: { source: 'keycloak', file: 'keycloak-realm.json' }, secrets: 1 },
    });
    expect((await token('reports', await secretIn('keycloak-realm.json', 'reports'))).status).toBe(200);
    expect((await token('reports', 'another secret')).status).toBe(401);
    expect((await token('kiosk', 'kiosk')).status).toBe(401);
    expect(
      await rows(
        `SELECT foreign_hash LIKE '$argon2id$%' AS slow, last_four FROM client_secrets WHERE client_id = 'kiosk'`,
      ),
    ).toEqual([{ slow: true, last_four: null }]);
  });

  it('people sign in with their passwords, and are not asked again for what they had allowed', async () => {
    const request = {
      client_id: 'notes',
      redirect_uri: 'https://notes.example/callback',
      scope: 'openid email projects:read',
    };
    const enter = async (person: Person, email: string) =>
      person.submit(await person.visit(authorizeUrl(server, request)), '/sign-in', { email, password });
    const ada = newPerson(server.issuer);
    const page = await enter(ada, 'ada@old.example');
    const code = callback(page).get('code') as string;
    secrets.notes = await secretIn('keycloak-realm.json', 'notes');
    const { status, body } = await exchange(server, code, 'notes', { redirect_uri: request.redirect_uri });
    expect(status).toBe(200);
    expect(body.scope).toBe('openid email projects:read');
    const grace = newPerson(server.issuer);
    const asked = await enter(grace, 'grace@old.example');
    expect(asked.text).toContain('name="decision"');
    expect(callback(await decide(grace, asked, 'allow', [])).get('code')).toBeTruthy();
    const alan = newPerson(server.issuer);
    expect((await enter(alan, 'alan@old.example')).status).toBe(422);
    expect(
      await rows(`SELECT email, left(password_hash, 31) = '$argon2id$v=19$m=19456,t=2,p=1$' AS ours FROM accounts
        WHERE email IN ('ada@old.example', 'grace@old.example', 'alan@old.example') ORDER BY email`),
    ).toEqual([
      { email: 'ada@old.example', ours: true },
      { email: 'alan@old.example', ours: false },
      { email: 'grace@old.example', ours: true },
    ]);
  });

  it('a file of users alone brings no consents: it does not say which apps they were for', async () => {
    const users = await copyOf('keycloak-realm-users-0.json');
    expect(await run('keycloak', users, ...(await scopes()))).toMatchObject({
      accounts: { imported: 1 },
      consents: { imported: 0, left_out: { client_missing: 1 } },
    });
  });

  it('a client of the same id that is another app gets no consent', async () => {
    const [realm, { users }] = [await contentOf('keycloak-realm.json'), await contentOf('keycloak-realm-users-0.json')];
    const clients = realm.clients.map((client) =>
      client.clientId === 'notes' ? { ...client, redirectUris: ['https://another.example/callback'] } : client,
    );
    const other = await fileOf({ ...realm, clients, users });
    expect(await run('keycloak', other, ...(await scopes()))).toMatchObject({
      clients: { left_out: { client_exists: 1 } },
      consents: { imported: 0, left_out: { client_missing: 1 } },
    });
  });

  it('a secret that has ended, a temporary password and a name without letters stay behind', async () => {
    const client = {
      protocol: 'openid-connect',
      redirectUris: ['https://app.example/callback'],
      secret: 's'.repeat(40),
    };
    const ended = { 'client.secret.expiration.time': '1500000000' };
    const [account] = (await contentOf('keycloak-realm.json')).users;
    const whole = await fileOf({
      clients: [
        { ...client, clientId: 'ended', attributes: ended },
        { ...client, clientId: '---' },
      ],
      users: [{ ...account, id: 'temporary', email: 'temporary@old.example', requiredActions: ['UPDATE_PASSWORD'] }],
    });
    expect(await run('keycloak', whole, ...(await scopes()))).toMatchObject({
      clients: { imported: 1, left_out: { invalid: 1 } },
      accounts: { imported: 1, left_out: { password_unsupported: 1 } },
    });
    expect((await token('ended', client.secret)).status).toBe(401);
    expect(await rows(`SELECT password_hash FROM accounts WHERE email = 'temporary@old.example'`)).toEqual([
      { password_hash: null },
    ]);
  });

  it('realm and users in one file bring what these have allowed the clients, within their scopes', async () => {
    const { users: more } = await contentOf('keycloak-realm-users-0.json');
    const users = await fileOf({ ...(await contentOf('keycloak-realm.json')), users: more });
    expect(await run('keycloak', users, ...(await scopes()))).toMatchObject({
      clients: { imported: 0 },
      consents: { imported: 1, left_out: {} },
    });
    const consent = `SELECT granted FROM consents k JOIN accounts a ON a.id = account_id WHERE email = 'edith@old.example'`;
    expect(await rows(consent)).toEqual([
      { granted: ['email', 'projects:read', 'projects:write', 'openid', 'offline_access'] },
    ]);
    // Disconnected since: it does not come back.
    await vcauth.json(['grants', 'revoke', '--account', 'edith@old.example', '--client', 'notes', '--reason', 'Tried']);
    expect(await rows(consent)).toEqual([]);
    expect(await run('keycloak', users, ...(await scopes()))).toMatchObject({
      consents: { imported: 0, unchanged: 1 },
    });
    expect(await rows(consent)).toEqual([]);
  });
});

describe('from Ory Hydra', () => {
  it('clients come with their hashes, and authenticate at once', async () => {
    const path = await copyOf('hydra-client-rows.json');
    expect(await run('hydra', path, ...(await scopes()))).toMatchObject({
      clients: { imported: 3, left_out: { grant_type: 1 } },
      accounts: { imported: 0 },
    });
    expect((await token('stock-sync', hydraSecrets.stock)).status).toBe(200);
    const probe = { grant_type: 'authorization_code', code: 'none', redirect_uri: 'https://catalogue.example/cb' };
    const known = await token(catalogue, hydraSecrets.catalogue, { ...probe, scope: '' });
    expect(await known.json()).toMatchObject({ error: 'invalid_grant' });
    expect(await (await token(catalogue, 'wrong', { ...probe, scope: '' })).json()).toMatchObject({
      error: 'invalid_client',
    });
    expect(
      await rows(
        `SELECT client_id, foreign_hash FROM client_secrets WHERE client_id IN ('stock-sync', '${catalogue}')`,
      ),
    ).toEqual(
      expect.arrayContaining([
        { client_id: 'stock-sync', foreign_hash: null },
        { client_id: catalogue, foreign_hash: null },
      ]),
    );
    expect(await rows(`SELECT type, redirect_uris FROM clients WHERE client_id = 'phone-app'`)).toEqual([
      { type: 'native', redirect_uris: ['com.example.books:/cb'] },
    ]);
  });

  it('the answer of the API has no secrets, so the clients come without', async () => {
    const path = await copyOf('hydra-clients.json');
    expect(await run('hydra', path, ...(await scopes()))).toMatchObject({
      clients: { imported: 1, left_out: { secret_missing: 1 } },
    });
    const { client_secret: secret } = await vcauth.json<{ client_secret: string }>([
      'clients',
      'rotate-secret',
      'api-only',
    ]);
    expect(secret).toMatch(/^vcs_cs_/);
  });
});

describe('from Auth0', () => {
  it('applications keep their ids and secrets, and the scopes of "*"', async () => {
    const path = await copyOf('auth0-clients.json');
    expect(await run('auth0', path, ...(await scopes()))).toMatchObject({
      clients: { imported: 3, left_out: { built_in: 1, redirect_uri: 1, grant_type: 1 } },
    });
    const job = (JSON.parse(await textOf('auth0-clients.json')) as { client_id: string; client_secret: string }[])[2];
    expect((await token(job?.client_id as string, job?.client_secret as string)).status).toBe(200);
    expect(await rows(`SELECT client_name, type FROM clients WHERE client_id LIKE 'shop%' ORDER BY client_id`)).toEqual(
      [
        { client_name: 'Job', type: 'service' },
        { client_name: 'Browse', type: 'spa' },
        { client_name: 'Shop', type: 'web' },
      ],
    );
  });

  it('users come with their passwords or without, under the ids of Auth0', async () => {
    const path = await copyOf('auth0-users.ndjson');
    expect(await run('auth0', path)).toMatchObject({ accounts: { imported: 3, left_out: { other_sign_in: 1 } } });
    const lise = newPerson(server.issuer);
    const page = await lise.visit('/sign-in');
    const signedIn = await lise.submit(page, '/sign-in', { email: 'lise@old.example', password });
    expect(new URL(signedIn.url).pathname).not.toBe('/sign-in');
    const imported = await rows(`SELECT email, name, external_id, email_verified_at IS NOT NULL AS verified
      FROM accounts JOIN imported_accounts ON id = account_id WHERE external_id LIKE '%|%' ORDER BY email`);
    expect(imported).toMatchObject([
      {
        email: 'emmy@old.example',
        name: 'emmy',
        external_id: expect.stringMatching(/^auth0\|[\da-f]{24}$/),
        verified: false,
      },
      { email: 'lise@old.example', name: 'lise', verified: true },
      { email: 'rosalind@old.example', name: 'Rosalind Franklin', external_id: 'google-oauth2|1234567890' },
    ]);
  });
});

describe('from Logto', () => {
  it('applications and users come along, and a weak hash stays behind', async () => {
    const path = await copyOf('logto.json');
    expect(await run('logto', path, ...(await scopes()))).toMatchObject({
      clients: { imported: 3, left_out: { unsupported_kind: 1 } },
      accounts: { imported: 3, left_out: { other_sign_in: 1, password_weak: 1 } },
    });
    const { applications } = JSON.parse(await textOf('logto.json')) as {
      applications: { id: string; secret: string }[];
    };
    expect((await token(applications[1]?.id as string, applications[1]?.secret as string)).status).toBe(200);
    expect(
      await rows(`SELECT email, left(password_hash, 8) AS hash FROM accounts
        WHERE email IN ('hedy@old.example', 'joan@old.example', 'dorothy@old.example') ORDER BY email`),
    ).toEqual([
      { email: 'dorothy@old.example', hash: null },
      { email: 'hedy@old.example', hash: '$argon2i' },
      { email: 'joan@old.example', hash: '$2y$10$e' },
    ]);
  });
});

it('no secret and no hash is in a report, in the audit log, or in clear in the database', async () => {
  const names = [
    'keycloak-realm.json',
    'hydra-client-rows.json',
    'auth0-clients.json',
    'auth0-users.ndjson',
    'logto.json',
  ];
  const given = (await Promise.all(names.map(textOf))).join('\n');
  const found = [
    ...given.matchAll(/"(?:client_secret|secret|value|passwordHash|password_encrypted)\\?": ?\\?"([^"\\]{12,})/g),
  ];
  const values = [...found.map(([, value = '']) => value), ...Object.values(hydraSecrets)];
  expect(values.length).toBeGreaterThan(20);
  const reports = await Promise.all(names.map((name) => readFile(join(folder, `${name}.left-out.ndjson`), 'utf8')));
  const [audit] = await rows('SELECT json_agg(e)::text AS text FROM audit_events e');
  const [stored] = await rows(`SELECT json_agg(s)::text || (SELECT json_agg(c) FROM clients c)::text AS text
    FROM client_secrets s WHERE foreign_hash IS NULL`);
  const text = [...reports, audit?.text, stored?.text, server.logged()].join('\n');
  expect(values.filter((value) => text.includes(value))).toEqual([]);
});

const client = (clientId: string, more: object = {}) => ({
  clientId,
  name: clientId,
  protocol: 'openid-connect',
  publicClient: true,
  redirectUris: [`https://${clientId}.example/cb`],
  ...more,
});

it('a batch that fails leaves nothing of itself, and the next run continues', async () => {
  const path = await fileOf({ clients: Array.from({ length: 130 }, (_, n) => client(`many-${n}`)) });
  const count = async () =>
    (await rows(`SELECT count(*)::integer AS count FROM clients WHERE client_id LIKE 'many-%'`))[0]?.count;
  await server.db.script(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON clients FOR EACH ROW WHEN (NEW.client_id = 'many-120') EXECUTE FUNCTION refuse()`);
  expect((await vcauth(['import', 'keycloak', path])).code).toBe(1);
  expect(await count()).toBe(100);
  await server.db.script('DROP TRIGGER refuse ON clients');
  expect(await run('keycloak', path)).toMatchObject({ clients: { imported: 30, unchanged: 100 } });
  expect(await count()).toBe(130);
});

describe('entries that can’t be imported', () => {
  it('a client that exists with other values stays as it is, and so does one whose id comes twice', async () => {
    await run('keycloak', await fileOf({ clients: [client('taken')] }));
    const path = await fileOf({
      clients: [
        client('taken', { redirectUris: ['https://thief.example/cb'], name: 'Other' }),
        client('twice'),
        client('twice', { redirectUris: ['https://thief.example/cb'] }),
      ],
    });
    const { report, clients } = await run('keycloak', path);
    expect(clients).toEqual({ imported: 1, unchanged: 0, left_out: { client_exists: 1, duplicate: 1 } });
    expect((await reportOf(report)).map(({ problem }) => problem)).toEqual([
      'Its id is that of client 2',
      'A client with this id exists, with other values of client_name, redirect_uris',
    ]);
    expect(await rows(`SELECT 1 FROM clients WHERE redirect_uris::text LIKE '%thief%'`)).toEqual([]);
  });

  it.each([
    ['an id with a space', client('a b'), 'client_id'],
    ['an id with NUL', client('a\0b'), 'client_id'],
    ['no id', client(''), 'client_id'],
    ['a number', 7, 'not_an_object'],
    ['more than an entry may be', client('large', { description: 'x'.repeat(300_000) }), 'too_large'],
    [
      'an X.509 certificate',
      client('x509', { publicClient: false, clientAuthenticatorType: 'client-x509' }),
      'auth_method',
    ],
    ['no keys', client('keyless', { publicClient: false, clientAuthenticatorType: 'client-jwt' }), 'auth_method'],
    ['data: as its address', client('data', { redirectUris: ['data:text/html,x'] }), 'no_redirect_uri'],
    [
      'no flow of this server',
      client('none', { standardFlowEnabled: false, implicitFlowEnabled: true }),
      'no_grant_type',
    ],
    [
      'a service without a scope',
      client('idle', { publicClient: false, standardFlowEnabled: false, serviceAccountsEnabled: true }),
      'no_scope',
    ],
  ])('a client with %s is left out with its reason', async (_, entry, reason) => {
    const { report, clients } = await run('keycloak', await fileOf({ clients: [entry] }));
    expect(clients).toMatchObject({ imported: 0 });
    expect((await reportOf(report)).filter(({ imported }) => !imported)).toMatchObject([{ position: 1, reason }]);
  });

  it('a scope of the admin API is never given, and what may be secret in an address is not reported', async () => {
    const path = await fileOf({
      clients: [
        client('climber', {
          optionalClientScopes: ['clients:write', 'openid'],
          redirectUris: ['https://climber.example/cb', 'https://u:hidden@climber.example/cb?token=hidden#f'],
          baseUrl: 'https://climber.example',
        }),
      ],
    });
    const { report } = await run('keycloak', path);
    expect(await rows(`SELECT scope FROM clients WHERE client_id = 'climber'`)).toEqual([{ scope: '' }]);
    expect((await reportOf(report)).map(({ reason }) => reason)).toEqual(['redirect_uri', 'scope']);
    expect(await readFile(report, 'utf8')).not.toContain('hidden');
  });

  it('a password in clear is not imported, but its account is', async () => {
    const user = {
      id: 'clear-1',
      email: 'clear@old.example',
      credentials: [{ type: 'password', value: 'hidden-in-clear' }],
    };
    const { report, accounts } = await run('keycloak', await fileOf({ users: [user] }));
    expect(accounts).toMatchObject({ imported: 1, left_out: { password_unsupported: 1 } });
    expect(await readFile(report, 'utf8')).not.toContain('hidden-in-clear');
  });
});

describe('a file that can’t be imported is refused before anything is', () => {
  const cut = async () => (await textOf('keycloak-realm.json')).slice(0, -200);
  it.each<[string, string, () => unknown, RegExp]>([
    ['cut off', 'keycloak', cut, /ends in the middle/],
    ['of another server', 'hydra', () => textOf('keycloak-realm.json'), /nothing to import from Ory Hydra/],
    [
      'of another server, the other way round',
      'keycloak',
      () => textOf('hydra-client-rows.json'),
      /nothing to import from Keycloak/,
    ],
    [
      'of several realms',
      'keycloak',
      async () => `[${await textOf('keycloak-realm.json')}]`,
      /nothing to import from Keycloak/,
    ],
    ['empty', 'logto', () => '', /nothing to import from Logto/],
    ['with empty lists', 'logto', () => '{"applications":[],"users":null}', /nothing to import/],
    ['not JSON', 'auth0', () => 'email,name\nada@old.example,Ada', /not JSON/],
    ['JSON with something behind it', 'logto', () => '{"users":[{"id":"x"}]} x', /not JSON/],
    ['one long text', 'hydra', () => `["${'x'.repeat(5_000_000)}"]`, /a text of more than/],
    ['not UTF-8', 'hydra', () => '["\ud800"]', /nothing to import/],
  ])('%s', async (_, source, content, problem) => {
    const path = await fileOf(await content());
    const before = await everything();
    const ran = await vcauth(['import', source, path, '--json']);
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toMatch(problem);
    expect(await everything()).toEqual(before);
  });

  it.each([
    ['is missing', ['/no/such/file'], /cannot be read/],
    ['is a folder', [tmpdir()], /cannot be read/],
    ['has nothing left when it is read again', ['/dev/null'], /is read twice/],
  ])('a file that %s', async (_, words, problem) => {
    expect(await vcauth(['import', 'keycloak', ...words])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(problem),
    });
  });

  it.each([
    ['not JSON', '{', /is not JSON/],
    ['a list', '[]', /must be an object/],
    ['a scope of the admin API', '{"a":"clients:write"}', /must name scopes of the API: "clients:write"/],
    ['a number', '{"a":7}', /must name scopes/],
    ['an unknown scope in a list', '{"a":["projects:read","x"]}', /"x" for "a"/],
  ])('a file for --scopes that is %s', async (_, content, problem) => {
    const ran = await vcauth([
      'import',
      'keycloak',
      await copyOf('keycloak-realm.json'),
      '--scopes',
      await fileOf(content),
    ]);
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringMatching(problem) });
  });

  it('the report cannot be a file that is read', async () => {
    const [path, scopeFile] = [await copyOf('keycloak-realm.json'), await copyOf('scopes.json')];
    for (const report of [path, scopeFile]) {
      expect(
        await vcauth(['import', 'keycloak', path, '--scopes', scopeFile, '--report', report, '--dry-run']),
      ).toMatchObject({ code: 1, stderr: expect.stringMatching(/cannot be a file that is read/) });
    }
    expect(await readFile(path, 'utf8')).toBe(await textOf('keycloak-realm.json'));
    expect(await readFile(scopeFile, 'utf8')).toBe(await textOf('scopes.json'));
  });
});

it('help says what each source takes', async () => {
  const { stdout } = await vcauth(['help', 'import']);
  expect(stdout).toMatch(/keycloak <file> +Import what Keycloak exports/);
  for (const source of ['keycloak', 'hydra', 'auth0', 'logto']) {
    const help = await vcauth(['help', 'import', source]);
    expect(help.stdout).toContain('--dry-run');
    expect(help.stdout).toContain('docs/import.md');
  }
});
