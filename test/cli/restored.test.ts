/**
 * vcauth restored: a copy of the database is made, people, apps and admins go on with the original, and then the copy takes its
 * place, as a restored backup does. A verifier runs all the time, as in a gateway.
 */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createVerifier, type Verifier } from '../../src/gateway/verifier.ts';
import { revokeApiKey } from '../../src/operations/api-keys.ts';
import { disconnect } from '../../src/operations/grants.ts';
import { purge } from '../../src/operations/purge.ts';
import { rotateSigningKeys } from '../../src/operations/signing-keys.ts';
import { createSealer } from '../../src/store/sealer.ts';
import { makeKey } from '../support/api-keys.ts';
import { copyOf, createTestDatabase, type TestDatabase } from '../support/database.ts';
import { standardName } from '../support/database-names.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import {
  authorizeUrl,
  exchange,
  introspect,
  obtainCode,
  obtainTokens,
  post,
  refresh,
  type Tokens,
} from '../support/oauth.ts';
import { newPerson, type Person } from '../support/person.ts';
import { rowsOf } from '../support/rows.ts';
import { secrets, startTestServer, type TestServer, testSecret } from '../support/server.ts';
import { type Vcauth, vcauthIn } from './vcauth.ts';

const { person: who, secrets: clientSecrets } = inject('standard');
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString());

let port: string;
let live: TestDatabase;
let backup: TestDatabase;
let node: TestServer;
let verifier: Verifier;
let vcauth: Vcauth;

/** A node on a database, always at the same address. */
async function serve({ url, database }: Pick<TestDatabase, 'url' | 'database'>): Promise<TestServer> {
  const beside = { db: database, databaseUrl: url, person: who } as TestServer;
  const issuer = `http://localhost:${port}`;
  return { ...(await startTestServer({ beside, env: { PORT: port, ISSUER: issuer } })), issuer };
}

let at: string;
let browser: Person;
let [before, rotated, disconnected]: Tokens[] = [];
let unused = '';
let key: { id: string; key: string };
const gap: { access: string; service: string; newest: Tokens } = { access: '', service: '', newest: {} as Tokens };

const verifies = (token: string) =>
  verifier.verify(token).then(
    () => 'accepted',
    (refused: { error: string }) => refused.error,
  );
const statusOf = async (token: string | undefined) => (await refresh(node, token as string)).status;

beforeAll(async () => {
  Object.assign(secrets, clientSecrets);
  port = String(await freePort());
  live = await createTestDatabase(standardName);
  node = await serve(live);
  browser = newPerson(node.issuer);
  before = await obtainTokens(node, {}, browser);
  [rotated, disconnected] = [await obtainTokens(node), await obtainTokens(node, { client_id: 'web' })];
  const made = await makeKey({ db: live.database, person: who });
  key = { id: made.key.id, key: made.secret };
  unused = await obtainCode(node);
  await node.stop();
  backup = await copyOf(live);
  at = new Date().toISOString();
  node = await serve(live);
});
afterAll(async () => {
  await verifier?.close();
  await node?.stop();
  await backup?.drop();
  await live?.drop();
});

it('people, apps and admins go on after the copy was made', async () => {
  const { issuer } = node;
  const credentials = { clientId: 'gateway', clientSecret: secrets.gateway as string };
  verifier = createVerifier({ issuer, audience: 'https://api.vibecaas.com', credentials, apiKeys: true });
  await verifier.ready();
  gap.newest = (await refresh(node, rotated?.refresh_token as string)).body as unknown as Tokens;
  gap.access = ((await exchange(node, unused)).body as unknown as Tokens).access_token;
  const scope = { grant_type: 'client_credentials', scope: 'projects:read' };
  gap.service = (await post(node, '/oauth/token', scope, 'service')).body.access_token as string;
  for (const token of [gap.access, gap.service, key.key]) expect(await verifies(token)).toBe('accepted');
  await post(node, '/oauth/revoke', { token: before?.refresh_token as string });
  await post(node, '/oauth/revoke', { token: gap.access });
  await post(node, '/oauth/revoke', { token: gap.service }, 'service');
  await disconnect(live.database, { accountId: who.id, clientId: 'web' }, { id: 'test' });
  await revokeApiKey(live.database, key.id, { id: 'test' });
  for (const token of [gap.access, gap.service, key.key]) await eventually(() => verifies(token)).toBe('invalid_token');
  await node.stop();
  vcauth = vcauthIn({ DATABASE_URL: backup.url, SECRETS: testSecret });
});

describe('a copy of the database that takes the place of a newer one', () => {
  it('accepts again what was revoked, which is why the command exists', async () => {
    node = await serve(backup);
    await eventually(() => verifies(gap.service)).toBe('accepted');
    expect((await introspect(node, before?.access_token as string)).body.active).toBe(true);
    expect((await introspect(node, disconnected?.access_token as string)).body.active).toBe(true);
    expect((await fetch(authorizeUrl(node, { prompt: 'none' }), { redirect: 'manual' })).status).toBe(303);
    await node.stop();
  });

  it('lists what may have ended, and changes nothing', async () => {
    const listed = await vcauth.json<{ kind: string; id: string }[]>(['restored', '--at', at, '--list']);
    expect(listed.map(({ kind }) => kind)).toEqual([
      'grant',
      'grant',
      'grant',
      'grant',
      'consent',
      'consent',
      'api_key',
    ]);
    expect(listed.map(({ id }) => id)).toContain(claimsOf(before?.access_token as string).gid);
    expect(listed.map(({ id }) => id)).toContain(`${who.id}/web`);
    expect((await vcauth(['restored', '--at', at, '--list'])).stdout).toMatch(/^ID +KIND +ACCOUNT +CLIENT_ID/);
    expect(await rowsOf(backup.database, "SELECT 1 FROM audit_events WHERE action LIKE 'database.%'")).toEqual([]);
  });

  it.each([
    [['--at', '2999-01-01'], 'in the future'],
    [['--at', 'yesterday'], '--at must be a time'],
    [[], '--at'],
    [['--at', '2026-01-01', '--list', '--yes'], 'ends nothing'],
    [['--at', '2026-01-01'], 'Confirm it with --yes'],
  ])('refuses %j and changes nothing', async (words, problem) => {
    const ran = await vcauth(['restored', ...words]);
    expect(ran).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(problem) });
    expect(await rowsOf(backup.database, "SELECT 1 FROM audit_events WHERE action LIKE 'database.%'")).toEqual([]);
  });
});

describe('vcauth restored', () => {
  it('says what it ends, and ends it', async () => {
    const asked = await vcauth(['restored', '--at', at]);
    expect(asked.stderr).toContain('This ends 4 grants with their tokens, 2 consents and 1 API key, ');
    const { ended } = await vcauth.json<{ ended: object }>(['restored', '--at', at, '--yes']);
    expect(ended).toMatchObject({ grants: 4, consents: 2, api_keys: 1, codes: 4, signing_keys: 4 });
    expect(await vcauth.json(['restored', '--at', at, '--list'])).toEqual([]);
  });

  it('leaves nothing that works, on the server and at a gateway that followed all the time', async () => {
    node = await serve(backup);
    const tokens = [before, rotated, disconnected, gap.newest].map((one) => one?.access_token as string);
    for (const token of [...tokens, gap.access, gap.service]) {
      expect((await introspect(node, token)).body.active).toBe(false);
      await eventually(() => verifies(token)).toBe('invalid_token');
    }
    await eventually(() => verifies(key.key)).toBe('invalid_token');
    for (const one of [before, rotated, gap.newest]) expect(await statusOf(one?.refresh_token)).toBe(400);
    expect((await exchange(node, unused)).status).toBe(400);
    const silent = await browser.visit(authorizeUrl(node, { prompt: 'none' }));
    expect(silent.headers.get('location')).toContain('error=login_required');
  });

  it('lets people and apps go on with new tokens', async () => {
    const tokens = await obtainTokens(node, {}, browser);
    await eventually(() => verifies(tokens.access_token)).toBe('accepted');
    expect(await statusOf(tokens.refresh_token)).toBe(200);
    await eventually(() => verifier.status.revocations).toBe('following');
  });

  it('records when it began and what it has ended', async () => {
    const events = await rowsOf(
      backup.database,
      "SELECT action, details FROM audit_events WHERE action LIKE 'database.%' ORDER BY seq",
    );
    expect(events.map(({ action }) => action)).toEqual(['database.restored', 'database.ended_after_restore']);
    expect(events[0]?.details).toMatchObject({ reason: 'A backup was restored.', at, chosen: null });
    expect(events[1]?.details).toMatchObject({ grants: 4, consents: 2, api_keys: 1 });
  });

  it('warns while servers are connected, and ends only what is chosen', async () => {
    const [kept, ended] = [await obtainTokens(node), await obtainTokens(node)];
    const { gid } = claimsOf(ended.access_token);
    const ran = await vcauth(['restored', '--at', at, '--only-stdin', '--yes', '--json'], `${gid}\n\nunknown\n`);
    expect(ran.stderr).toContain('Servers are connected to this database (1).');
    expect(ran.stderr).toContain('after --at');
    expect(JSON.parse(ran.stdout).ended).toMatchObject({ grants: 1, consents: 0, api_keys: 0 });
    // Access tokens end in any case, and the app gets another one.
    await eventually(() => verifies(kept.access_token)).toBe('invalid_token');
    expect([await statusOf(kept.refresh_token), await statusOf(ended.refresh_token)]).toEqual([200, 400]);
  });

  it('leaves signing keys that rotate and are purged as always', async () => {
    const sealer = createSealer([testSecret]);
    await rotateSigningKeys(backup.database, sealer, { id: 'test' }, { force: true });
    await purge(backup.database);
    expect(await vcauth.json<unknown[]>(['keys', 'list'])).toHaveLength(6);
  });
});
