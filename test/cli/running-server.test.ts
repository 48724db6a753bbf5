/** vcauth beside a server that runs on the same database: the server sees its changes without a restart. */
import { decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { eventuallyTimeoutMs } from '../support/eventually.ts';
import { introspect, obtainTokens, post, refresh, type Tokens } from '../support/oauth.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { secrets } from './support.ts';
import { type Vcauth, vcauthIn } from './vcauth.ts';

let server: TestServer;
let vcauth: Vcauth;
beforeAll(async () => {
  server = await startTestServer();
  vcauth = vcauthIn({ DATABASE_URL: server.databaseUrl, SECRETS: secrets });
});
afterAll(() => server.stop());

interface Key {
  kid: string;
  state: 'current' | 'next' | 'retired';
  retired_at: string | null;
}
interface Grant {
  id: string;
  account_id: string;
  client_id: string;
  scope: string;
}

const kidOf = (token: string) => decodeProtectedHeader(token).kid as string;
const isActive = async (token: string) => (await introspect(server, token)).body.active;

async function published(): Promise<string[]> {
  const { keys } = (await (await fetch(`${server.issuer}/oauth/jwks`)).json()) as { keys: { kid: string }[] };
  return keys.map(({ kid }) => kid);
}

describe('keys rotate', () => {
  test('the next key signs at once on the running server, and tokens from before stay good', async () => {
    const before = await published();
    const old = await obtainTokens(server);
    const [current, next, rsa, nextRsa] = await vcauth.json<Key[]>(['keys', 'list']);
    expect([current, next, rsa, nextRsa]).toMatchObject([
      { alg: 'ES256', state: 'current', kid: kidOf(old.access_token) },
      { alg: 'ES256', state: 'next' },
      { alg: 'RS256', state: 'current' },
      { alg: 'RS256', state: 'next' },
    ]);
    expect(before).toEqual([current, next, rsa, nextRsa].map((key) => key?.kid));

    const rotated = await vcauth.json(['keys', 'rotate']);
    expect(rotated).toEqual({
      current: next?.kid,
      next: expect.any(String),
      rs256_current: nextRsa?.kid,
      rs256_next: expect.any(String),
    });
    const all = [rotated.current, rotated.next, current?.kid, rotated.rs256_current, rotated.rs256_next, rsa?.kid];
    await vi.waitFor(async () => expect(await published()).toEqual(all), eventuallyTimeoutMs);

    const fresh = await obtainTokens(server);
    expect(kidOf(fresh.access_token)).toBe(next?.kid);
    expect(before).toContain(kidOf(fresh.access_token));
    expect(await isActive(old.access_token)).toBe(true);
    expect((await refresh(server, old.refresh_token as string)).status).toBe(200);
  });

  test('list shows retired keys too', async () => {
    const keys = await vcauth.json<Key[]>(['keys', 'list']);
    const states = ['current', 'next', 'retired'];
    expect(keys.map(({ state }) => state)).toEqual([...states, ...states]);
    expect(keys[2]?.retired_at).toMatch(/^\d{4}-.*Z$/);
    expect(JSON.stringify(keys)).not.toMatch(/private|"d"/);
    expect((await vcauth(['keys', 'list'])).stdout).toMatch(
      /^KID +ALG +STATE +CREATED +CURRENT +RETIRED +PUBLISHED UNTIL\n\S+ +ES256 +current /,
    );
  });

  test('rotate refuses SECRETS of another database', async () => {
    const wrong = vcauthIn({ DATABASE_URL: server.databaseUrl, SECRETS: 'not the secret that sealed this one' });
    const before = await published();
    const { code, stdout, stderr } = await wrong(['keys', 'rotate', '--json']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('SECRETS');
    expect(await vcauth.json<Key[]>(['keys', 'list'])).toMatchObject(before.map((kid) => ({ kid })));
  });
});

describe('grants', () => {
  let [spa, other, second]: Tokens[] = [];
  beforeAll(async () => {
    spa = await obtainTokens(server, { scope: 'projects:read openid' });
    other = await obtainTokens(server, { client_id: 'other' });
    second = await obtainTokens(server, { client_id: 'other' });
  });

  test('list filters by account and by client', async () => {
    const all = await vcauth.json<Grant[]>(['grants', 'list']);
    expect(all.map((grant) => grant.client_id).slice(0, 3)).toEqual(['other', 'other', 'spa']);
    expect(all[2]).toMatchObject({
      account_id: server.person.id,
      email: server.person.email,
      scope: 'openid projects:read',
    });
    expect(await vcauth.json(['grants', 'list', '--client', 'other'])).toEqual(all.slice(0, 2));
    expect(await vcauth.json(['grants', 'list', '--account', server.person.email])).toEqual(all);
    expect(await vcauth.json(['grants', 'list', '--client', 'picky'])).toEqual([]);
    expect(await vcauth.json(['grants', 'list', '--limit', '1'])).toEqual(all.slice(0, 1));
    expect((await vcauth(['grants', 'list'])).stdout).toMatch(
      /^ID +EMAIL +CLIENT_ID +SCOPE +CREATED +REFRESHED +EXPIRES +ENDS$/m,
    );
  });

  test.each([
    ['--account', 'nobody@example.com'],
    ['--client', 'nobody'],
  ])('list %s %s refuses an unknown name', async (...words) => {
    expect(await vcauth(['grants', 'list', ...words])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('nobody'),
    });
  });

  test('revoke <id> ends that grant with its tokens', async () => {
    const [grant] = await vcauth.json<Grant[]>(['grants', 'list', '--client', 'spa', '--limit', '1']);
    expect(await isActive(spa?.access_token as string)).toBe(true);
    expect(await vcauth.json(['grants', 'revoke', grant?.id as string, '--reason', 'Asked for.'])).toEqual({
      grants_ended: 1,
    });
    expect(await isActive(spa?.access_token as string)).toBe(false);
    expect((await refresh(server, spa?.refresh_token as string)).body.error).toBe('invalid_grant');
    expect(await isActive(other?.access_token as string)).toBe(true);
    const again = await vcauth(['grants', 'revoke', grant?.id as string, '--reason', 'Asked for.']);
    expect(again).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(grant?.id as string) });
  });

  test('revoke --account --client ends the grants of every device and forgets the consent', async () => {
    const words = ['grants', 'revoke', '--account', server.person.email, '--client', 'other', '--reason', 'Asked for.'];
    expect(await vcauth.json(words)).toEqual({ grants_ended: 2 });
    for (const tokens of [other, second]) expect(await isActive(tokens?.access_token as string)).toBe(false);
    const { rowCount } = await server.db.pgPool.query("SELECT 1 FROM consents WHERE client_id = 'other'");
    expect(rowCount).toBe(0);
    expect(await vcauth.json(words)).toEqual({ grants_ended: 0 });
  });
});

test('the running server refuses a disabled client, and serves it again when it is enabled', async () => {
  const ask = () =>
    post(server, '/oauth/token', { grant_type: 'client_credentials', scope: 'projects:read' }, 'service');
  expect((await ask()).status).toBe(200);
  await vcauth.json(['clients', 'disable', 'service', '--reason', 'Tried']);
  await vi.waitFor(async () => expect((await ask()).body.error).toBe('invalid_client'), eventuallyTimeoutMs);
  await vcauth.json(['clients', 'enable', 'service']);
  await vi.waitFor(async () => expect((await ask()).status).toBe(200), eventuallyTimeoutMs);
});
