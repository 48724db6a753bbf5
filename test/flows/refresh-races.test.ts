/** Refresh under concurrency: idempotent for the immediate predecessor, fatal for anything spent (RFC 9700 §4.14.2). */
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exchange, introspect, obtainCode, obtainTokens, post, refresh } from '../support/oauth.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let second: TestServer;
beforeAll(async () => {
  server = await startTestServer({ env: { REFRESH_LEEWAY_SECONDS: '60', DATABASE_POOL_SIZE: '20' } });
  second = await startTestServer({ beside: server, env: { REFRESH_LEEWAY_SECONDS: '60', ISSUER: server.issuer } });
});
afterAll(async () => {
  await second.stop();
  await server.stop();
});

/** Moves the last rotation of the family back by this time. */
const secondsLater = async (token: string, seconds: number) => {
  const { gid } = JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString());
  const text = 'UPDATE grants SET rotated_at = rotated_at - make_interval(secs => $2) WHERE id = $1';
  await server.db.pgPool.query(text, [gid, seconds]);
};
const parallel = <T>(times: number, work: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: times }, (_, i) => work(i)));
const familyCount = async (token: string) => {
  const { gid } = JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString());
  const rows = await server.db.builder.selectFrom('grants').select('id').where('id', '=', gid).execute();
  return rows.length;
};
const isActive = async (token: string) => (await introspect(server, token)).body.active;

describe('refresh', () => {
  it('gives 50 parallel callers on two nodes the same successor, and that one refreshes on', async () => {
    const tokens = await obtainTokens(server);
    // The nodes wait as long as production's: fifty requests at once on a busy machine take a while.
    const patient = { beside: server, env: { ISSUER: server.issuer, DATABASE_POOL_SIZE: '20' } };
    const nodes = [await startTestServer(patient), await startTestServer(patient)];
    const answers = await parallel(50, (i) => refresh(nodes[i % 2] as TestServer, tokens.refresh_token as string));
    expect(answers.map((answer) => answer.status)).toEqual(Array(50).fill(200));
    const successors = new Set(answers.map((answer) => answer.body.refresh_token));
    expect(successors.size).toBe(1);
    const next = await refresh(nodes[0] as TestServer, [...successors][0] as string);
    expect(next.status).toBe(200);
    expect(next.body.refresh_token).not.toBe([...successors][0]);
    for (const node of nodes) await node.stop();
  });

  it('ends the family when the predecessor comes after the leeway and its successor was used', async () => {
    const tokens = await obtainTokens(server);
    const first = await refresh(server, tokens.refresh_token as string);
    expect(await isActive(first.body.access_token as string)).toBe(true);
    await secondsLater(tokens.access_token, 61);
    const late = await refresh(server, tokens.refresh_token as string);
    expect([late.status, late.body.error]).toEqual([400, 'invalid_grant']);
    expect((await refresh(server, first.body.refresh_token as string)).body.error).toBe('invalid_grant');
    expect(await isActive(first.body.access_token as string)).toBe(false);
    expect(await familyCount(tokens.access_token)).toBe(0);
  });

  it('does not renew the leeway when the predecessor is presented again and again', async () => {
    const tokens = await obtainTokens(server);
    const first = await refresh(server, tokens.refresh_token as string);
    await isActive(first.body.access_token as string);
    await secondsLater(tokens.access_token, 5);
    expect((await refresh(server, tokens.refresh_token as string)).status).toBe(200);
    await secondsLater(tokens.access_token, 56);
    expect((await refresh(server, tokens.refresh_token as string)).status).toBe(400);
  });

  it('ends the family at once for every generation older than the predecessor', async () => {
    const tokens = await obtainTokens(server);
    const second = await refresh(server, tokens.refresh_token as string);
    const third = await refresh(server, second.body.refresh_token as string);
    expect((await refresh(server, tokens.refresh_token as string)).status).toBe(400);
    expect((await refresh(server, third.body.refresh_token as string)).status).toBe(400);
    expect(await isActive(third.body.access_token as string)).toBe(false);
  });

  it('with a leeway of 0 ends the family even when the second presentation comes at the same moment', async () => {
    const strict = await startTestServer({ beside: server, env: { REFRESH_LEEWAY_SECONDS: '0' } });
    for (let round = 0; round < 5; round += 1) {
      const tokens = await obtainTokens(server);
      const answers = await parallel(2, () => refresh(strict, tokens.refresh_token as string));
      expect(answers.filter((answer) => answer.status === 200).length).toBeLessThanOrEqual(1);
      expect(await familyCount(tokens.access_token)).toBe(0);
    }
    await strict.stop();
  });

  it('records token reuse in the audit log', async () => {
    const tokens = await obtainTokens(server);
    const second = await refresh(server, tokens.refresh_token as string);
    await refresh(server, second.body.refresh_token as string);
    await refresh(server, tokens.refresh_token as string);
    const { gid } = JSON.parse(Buffer.from(tokens.access_token.split('.')[1] as string, 'base64url').toString());
    const rows = await server.db.builder
      .selectFrom('audit_events')
      .select('action')
      .where('target', '=', `grant:${gid}`)
      .execute();
    expect(rows).toEqual([{ action: 'refresh_token.reused' }]);
  });

  it('ignores forged tokens: wrong MAC, generation or handle', async () => {
    const tokens = await obtainTokens(server);
    const genuine = tokens.refresh_token as string;
    const body = Buffer.from(genuine.slice(7, 63), 'base64url');
    const { formatSecret } = await import('../../src/policy/token-format.ts');
    for (const position of [0, 23, 41]) {
      const forged = Buffer.from(body);
      forged[position] = (forged[position] as number) ^ 1;
      const answer = await refresh(server, formatSecret('vcs_rt_', forged.toString('base64url')));
      expect(answer.body.error).toBe('invalid_grant');
      await post(server, '/oauth/revoke', { token: formatSecret('vcs_rt_', forged.toString('base64url')) });
    }
    expect((await refresh(server, genuine)).status).toBe(200);
  });

  it('never grows a table', async () => {
    const tokens = await obtainTokens(server);
    const count = async () =>
      (
        await server.db.pgPool.query(
          'SELECT (SELECT count(*) FROM grants) + (SELECT count(*) FROM artifacts) + (SELECT count(*) FROM authorization_codes) + (SELECT count(*) FROM token_revocation) AS n',
        )
      ).rows[0].n;
    const before = await count();
    let token = tokens.refresh_token as string;
    for (let i = 0; i < 20; i += 1) token = (await refresh(server, token)).body.refresh_token as string;
    expect(await count()).toBe(before);
  });

  it('cannot widen the scope', async () => {
    const tokens = await obtainTokens(server);
    const wider = await refresh(server, tokens.refresh_token as string, 'spa', {
      scope: 'projects:read projects:write',
    });
    expect(wider.body.scope).toBe('projects:read');
    expect(decodeJwt(wider.body.access_token as string).scope).toBe('projects:read');
    const other = await refresh(server, wider.body.refresh_token as string, 'spa', { scope: 'projects:write' });
    expect(other.body.error).toBe('invalid_scope');
  });

  it('keeps the token of a confidential client early in its life', async () => {
    const code = await obtainCode(server, { client_id: 'web' });
    const { body } = await exchange(server, code, 'web');
    const again = await refresh(server, body.refresh_token as string, 'web');
    expect(again.body.refresh_token).toBe(body.refresh_token);
  });

  it('rotates the predecessor of a confidential client even early in its life', async () => {
    const { body } = await exchange(server, await obtainCode(server, { client_id: 'web' }), 'web');
    await server.db.pgPool.query(
      "UPDATE grants SET issued_at = now() - interval '29 days', refresh_expires_at = now() + interval '1 day' WHERE client_id = 'web'",
    );
    const rotated = await refresh(server, body.refresh_token as string, 'web');
    expect(rotated.body.refresh_token).not.toBe(body.refresh_token);
    const again = await refresh(server, body.refresh_token as string, 'web');
    expect(again.body.refresh_token).toBe(rotated.body.refresh_token);
    expect((await refresh(server, rotated.body.refresh_token as string, 'web')).status).toBe(200);
  });
});

describe('a family that ends while it is refreshed', () => {
  const ends: [string, (tokens: { refresh_token?: string }) => Promise<unknown>][] = [
    ['revoke', (tokens) => post(server, '/oauth/revoke', { token: tokens.refresh_token as string })],
    [
      'disconnect',
      async () => {
        const { disconnect } = await import('../../src/operations/grants.ts');
        await disconnect(server.db, { accountId: server.person.id, clientId: 'spa' }, { id: 'test' });
      },
    ],
    [
      'suspension',
      async () => {
        const { suspendAccount } = await import('../../src/operations/accounts.ts');
        await suspendAccount(server.db, server.person.id, { id: 'test' });
      },
    ],
  ];
  it.each(ends)('leaves no living token after %s', async (name, end) => {
    for (let round = 0; round < 5; round += 1) {
      const tokens = await obtainTokens(server);
      const [answers] = await Promise.all([
        parallel(10, (i) => refresh([server, second][i % 2] as TestServer, tokens.refresh_token as string)),
        end(tokens),
      ]);
      expect(await familyCount(tokens.access_token)).toBe(0);
      const alive = answers.filter((answer) => answer.status === 200);
      for (const { body } of alive) {
        expect(await isActive(body.access_token as string)).toBe(false);
        expect((await refresh(server, body.refresh_token as string)).status).toBe(400);
      }
      if (name === 'suspension') {
        const { restoreAccount } = await import('../../src/operations/accounts.ts');
        await restoreAccount(server.db, server.person.id, { id: 'test' });
      }
    }
  });
});
