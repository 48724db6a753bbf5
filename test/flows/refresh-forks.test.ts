/** A refresh whose answer was lost: its predecessor forks the family, as long as nobody has used the successor. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { updateClient } from '../../src/operations/clients.ts';
import { formatSecret } from '../../src/policy/token-format.ts';
import { createSealer } from '../../src/store/sealer.ts';
import { newProofKey, type ProofKey } from '../support/dpop.ts';
import { eventually } from '../support/eventually.ts';
import { introspect, obtainCode, obtainTokens, post, refresh, verifier } from '../support/oauth.ts';
import { auditOf, rowsOf, waitingForLocks } from '../support/rows.ts';
import { redirectUri, startTestServer, type TestServer, testSecret } from '../support/server.ts';

let server: TestServer;
let second: TestServer;
beforeAll(async () => {
  server = await startTestServer({ env: { DATABASE_POOL_SIZE: '20' } });
  second = await startTestServer({ beside: server, env: { ISSUER: server.issuer, DATABASE_POOL_SIZE: '20' } });
});
afterAll(async () => {
  await second.stop();
  await server.stop();
});

interface Tokens {
  readonly access: string;
  readonly refresh: string;
}
interface Answer extends Tokens {
  readonly status: number;
  readonly error: unknown;
}
const tokensOf = (body: Record<string, unknown>): Tokens => ({
  access: body.access_token as string,
  refresh: body.refresh_token as string,
});
const start = async (clientId = 'spa', scope = 'projects:read'): Promise<Tokens> =>
  tokensOf((await obtainTokens(server, { client_id: clientId, scope })) as never);
const again = async (token: string, clientId = 'spa', node: TestServer = server): Promise<Answer> => {
  const { status, body } = await refresh(node, token, clientId);
  return { status, error: body.error, ...tokensOf(body) };
};
const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString()) as { gid: string; rot?: string };
/** Moves the last rotation of the family back. */
const later = async ({ access }: Tokens, seconds = 11) => {
  const text = 'UPDATE grants SET rotated_at = rotated_at - make_interval(secs => $2) WHERE id = $1';
  await server.db.pgPool.query(text, [claimsOf(access).gid, seconds]);
};
const isActive = async (token: string) => (await introspect(server, token)).body.active;
const userInfo = (token: string) =>
  fetch(`${server.issuer}/oauth/userinfo`, { headers: { authorization: `Bearer ${token}` } });
const alarms = async ({ access }: Tokens) =>
  (await auditOf(server.db, `grant:${claimsOf(access).gid}`)).map(({ action }) => action);
const reused = ['refresh_token.reused'];
const metric = async (name: string) => {
  const text = await (await fetch(`${server.metricsOrigin}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1]);
};

describe('the predecessor after the leeway', () => {
  it('gets a new successor while the other was never used, and that one goes on', async () => {
    const first = await start();
    const lost = await again(first.refresh);
    await later(first);
    const fork = await again(first.refresh);
    expect(fork.status).toBe(200);
    expect(fork.refresh).not.toBe(lost.refresh);
    expect(await isActive(fork.access)).toBe(true);
    const next = await again(fork.refresh);
    expect(next.status).toBe(200);
    expect((await again(next.refresh)).status).toBe(200);
    expect(await alarms(first)).toEqual([]);
  });

  it('gets one again and again, however many answers are lost, and each of them within its own leeway', async () => {
    const first = await start();
    await again(first.refresh);
    const forks: string[] = [];
    for (let lost = 0; lost < 5; lost += 1) {
      await later(first, 100_000);
      const fork = await again(first.refresh);
      expect((await again(first.refresh)).refresh).toBe(fork.refresh);
      forks.push(fork.refresh);
    }
    expect(new Set(forks).size).toBe(5);
    expect((await again(forks.at(-1) as string)).status).toBe(200);
    expect(await alarms(first)).toEqual([]);
  });

  it('is reuse once the successor was used at the token endpoint', async () => {
    const first = await start();
    const next = await again(first.refresh);
    const third = await again(next.refresh);
    await later(first);
    expect((await again(first.refresh)).error).toBe('invalid_grant');
    expect((await again(third.refresh)).error).toBe('invalid_grant');
    expect(await alarms(first)).toEqual(reused);
  });

  it.each<[string, (token: string) => Promise<unknown>]>([
    ['introspection', isActive],
    ['UserInfo', async (token) => expect((await userInfo(token)).status).toBe(200)],
  ])('is reuse once the successor’s access token was used at %s', async (_where, use) => {
    const first = await start('spa', 'openid projects:read');
    const next = await again(first.refresh);
    await use(next.access);
    await later(first);
    expect((await again(first.refresh)).error).toBe('invalid_grant');
    expect((await again(next.refresh)).error).toBe('invalid_grant');
    expect(await alarms(first)).toEqual(reused);
  });

  it('is no reuse when only access tokens from before the rotation were used', async () => {
    const first = await start();
    const next = await again(first.refresh);
    const third = await again(next.refresh);
    expect([await isActive(first.access), await isActive(next.access)]).toEqual([true, true]);
    await later(first);
    expect((await again(next.refresh)).status).toBe(200);
    expect((await again(third.refresh)).error).toBe('invalid_grant');
  });

  it('gives callers on two nodes at the same moment the same new successor', async () => {
    const before = [await metric('oauth_refresh_token_forks_total'), await metric('oauth_refresh_token_reuse_total')];
    for (let round = 0; round < 5; round += 1) {
      const first = await start();
      await again(first.refresh);
      await later(first);
      const nodes = Array.from({ length: 20 }, (_, i) => (i % 2 ? server : second));
      const answers = await Promise.all(nodes.map((node) => again(first.refresh, 'spa', node)));
      expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
      expect(new Set(answers.map((answer) => answer.refresh)).size).toBe(1);
      expect(claimsOf(answers[0]?.access as string).rot).toBe('1.1');
      expect((await again(answers[0]?.refresh as string)).status).toBe(200);
    }
    expect(await metric('oauth_refresh_token_forks_total')).toBeGreaterThan(before[0] as number);
    expect(await metric('oauth_refresh_token_reuse_total')).toBe(before[1]);
  });
});

describe('a successor that a fork has replaced', () => {
  const replaced = async () => {
    const first = await start('spa', 'openid projects:read');
    const lost = await again(first.refresh);
    await later(first);
    return { first, lost, fork: await again(first.refresh) };
  };

  it('ends the family, whoever has it', async () => {
    const { first, lost, fork } = await replaced();
    expect((await again(lost.refresh)).error).toBe('invalid_grant');
    expect((await again(fork.refresh)).error).toBe('invalid_grant');
    expect(await isActive(fork.access)).toBe(false);
    expect(await alarms(first)).toEqual(reused);
  });

  it('ends the family also after the fork was rotated', async () => {
    const { lost, fork } = await replaced();
    const next = await again(fork.refresh);
    expect((await again(lost.refresh)).error).toBe('invalid_grant');
    expect((await again(next.refresh)).error).toBe('invalid_grant');
  });

  it('has an access token that is refused where we see it, for good', async () => {
    const { lost, fork } = await replaced();
    const refused = async () => {
      expect(await isActive(lost.access)).toBe(false);
      expect((await userInfo(lost.access)).status).toBe(401);
    };
    await refused();
    const next = await again(fork.refresh);
    await refused();
    expect((await again(next.refresh)).status).toBe(200);
    await refused();
    expect(await isActive(fork.access)).toBe(true);
    expect((await userInfo(fork.access)).status).toBe(200);
  });

  it('leaves introspection without its position, which is for us', async () => {
    const { fork } = await replaced();
    expect(claimsOf(fork.access).rot).toBe('1.1');
    expect((await introspect(server, fork.access)).body).not.toHaveProperty('rot');
  });
});

describe('a refresh that was overtaken while it waited', () => {
  /** Another transaction has the row, so that a refresh has read the family and waits to write. */
  const whileItWaits = async (tokens: Tokens, meanwhile: string, waitedSeconds = 0) => {
    const client = await server.db.pgPool.connect();
    try {
      await client.query('BEGIN');
      await client.query('SELECT 1 FROM grants WHERE id = $1 FOR UPDATE', [claimsOf(tokens.access).gid]);
      const answer = refresh(server, tokens.refresh);
      await eventually(() => waitingForLocks(server.db)).toBe(1);
      await client.query(meanwhile, [claimsOf(tokens.access).gid]);
      await client.query('SELECT pg_sleep($1)', [waitedSeconds]);
      await client.query('COMMIT');
      return await answer;
    } finally {
      // Closed, so that a test that fails halfway leaves no lock behind.
      client.release(true);
    }
  };

  it('gets the answer that another node gave meanwhile, and replaces nothing, although its leeway is over', async () => {
    await updateClient(server.db, 'spa', { refresh_token_leeway: 1 }, { id: 'test' });
    const first = await start();
    const meanwhile =
      'UPDATE grants SET generation = 1, predecessor_branch = branch, rotated_at = clock_timestamp() WHERE id = $1';
    const { status, body } = await whileItWaits(first, meanwhile, 1.2);
    expect(status).toBe(200);
    expect(claimsOf(body.access_token as string).rot).toBe('1.0');
    await updateClient(server.db, 'spa', { refresh_token_leeway: null }, { id: 'test' });
  });

  it('may come back when the family moved on meanwhile, and no alarm is raised', async () => {
    const first = await start();
    const { status, body, headers } = await whileItWaits(
      first,
      'UPDATE grants SET generation = 2, rotated_at = clock_timestamp() WHERE id = $1',
    );
    expect([status, body.error, headers.get('retry-after')]).toEqual([503, 'temporarily_unavailable', '5']);
    expect(await alarms(first)).toEqual([]);
    expect((await again(first.refresh)).error).toBe('invalid_grant');
    expect(await alarms(first)).toEqual(reused);
  });

  it.each([
    ['the successor was used', 'current_used = true', 0],
    ['a fork had replaced it and was rotated', 'generation = 2, branch = 1, predecessor_branch = 1', 1],
  ])('gets nothing if, meanwhile, %s, and is reuse when it comes back', async (_what, change, generation) => {
    const first = await start();
    const next = await again(first.refresh);
    await later(first);
    const waiting = { ...first, refresh: generation === 0 ? first.refresh : next.refresh };
    const { status } = await whileItWaits(
      waiting,
      `UPDATE grants SET ${change}, rotated_at = clock_timestamp() - interval '11 seconds' WHERE id = $1`,
    );
    expect(status).toBe(503);
    expect(await alarms(first)).toEqual([]);
    expect((await again(waiting.refresh)).error).toBe('invalid_grant');
    expect(await alarms(first)).toEqual(reused);
  });

  it('writes nothing when its caller has gone before it could', async () => {
    const first = await start();
    await again(first.refresh);
    await later(first);
    const client = await server.db.pgPool.connect();
    await client.query('BEGIN');
    await client.query('LOCK TABLE grants IN ACCESS EXCLUSIVE MODE');
    const caller = new AbortController();
    const gone = fetch(`${server.issuer}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'refresh_token', client_id: 'spa', refresh_token: first.refresh }),
      signal: caller.signal,
    }).catch(() => 'gone');
    await eventually(() => waitingForLocks(server.db)).toBe(1);
    caller.abort();
    expect(await gone).toBe('gone');
    // The server sees that the connection has ended before it reads what comes after.
    await fetch(`${server.issuer}/healthz`);
    await client.query('COMMIT');
    client.release();
    // It is noticed before the statement runs alone, or after it has run.
    await eventually(() => server.logged()).toMatch(/The caller has gone|The client has closed the connection/);
    const [row] = await rowsOf(
      server.db,
      `SELECT generation, branch FROM grants WHERE id = '${claimsOf(first.access).gid}'`,
    );
    expect(row).toEqual({ generation: 1, branch: 0 });
  });
});

describe('the leeway goes by the clock of the database', () => {
  const withClock = async (offSeconds: number, token: string) => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + offSeconds * 1000 });
    try {
      return await again(token);
    } finally {
      vi.useRealTimers();
    }
  };

  it('at a node whose own is an hour ahead', async () => {
    const first = await start();
    const next = await again(first.refresh);
    await isActive(next.access);
    expect((await withClock(3600, first.refresh)).refresh).toBe(next.refresh);
  });

  it('at a node whose own is an hour behind', async () => {
    const first = await start();
    const next = await again(first.refresh);
    await later(first);
    const fork = await withClock(-3600, first.refresh);
    expect([fork.status, fork.refresh === next.refresh]).toEqual([200, false]);
  });
});

it('a token that is newer than its family, which was restored from a backup, is refused and ends nothing', async () => {
  const first = await start();
  const next = await again(first.refresh);
  await later(first);
  const fork = await again(first.refresh);
  const row =
    'UPDATE grants SET generation = 0, branch = 0, predecessor_branch = 0, current_used = false, rotated_at = NULL WHERE id = $1';
  await server.db.pgPool.query(row, [claimsOf(first.access).gid]);
  for (const newer of [next, fork]) expect((await again(newer.refresh)).error).toBe('invalid_grant');
  expect(await alarms(first)).toEqual([]);
  expect((await again(first.refresh)).refresh).toBe(next.refresh);
});

describe('a token of the release before', () => {
  /** Handle, generation and MAC, as it was made before there were branches. */
  const oldToken = (genuine: string, generation: number) => {
    const named = Buffer.alloc(24);
    Buffer.from(genuine.slice(7, -6), 'base64url').copy(named, 0, 0, 20);
    named.writeUInt32BE(generation, 20);
    const mac = createSealer([testSecret]).mac('refresh token', named.toString('base64url')).subarray(0, 18);
    return formatSecret('vcs_rt_', Buffer.concat([named, mac]).toString('base64url'));
  };

  it('goes on, refreshes, and forks', async () => {
    const first = await start();
    // What a node of that release leaves: it knows nothing of the new columns.
    const row = 'UPDATE grants SET generation = 7, rotated_at = clock_timestamp() WHERE id = $1';
    await server.db.pgPool.query(row, [claimsOf(first.access).gid]);
    const before = oldToken(first.refresh, 6);
    const current = oldToken(first.refresh, 7);
    expect((await again(before)).refresh).toBe(current);
    const next = await again(current);
    expect(next.refresh).toBe(oldToken(first.refresh, 8));
    await later(first);
    const fork = await again(current);
    expect(fork.refresh.length).toBe(next.refresh.length + 4);
    expect((await again(fork.refresh)).status).toBe(200);
    expect((await again(before)).error).toBe('invalid_grant');
  });

  it('is refused when it is forged, as is one of the new form', async () => {
    const first = await start();
    await again(first.refresh);
    await later(first);
    const fork = await again(first.refresh);
    const body = Buffer.from(fork.refresh.slice(7, -6), 'base64url');
    expect(body).toHaveLength(45);
    for (const position of [0, 23, 26, 44]) {
      const forged = Buffer.from(body);
      forged[position] = (forged[position] as number) ^ 1;
      expect((await again(formatSecret('vcs_rt_', forged.toString('base64url')))).error).toBe('invalid_grant');
    }
    // Without its branch it is another token, which its MAC does not cover.
    const without = Buffer.concat([body.subarray(0, 24), body.subarray(27)]);
    expect((await again(formatSecret('vcs_rt_', without.toString('base64url')))).error).toBe('invalid_grant');
    expect((await again(fork.refresh)).status).toBe(200);
  });
});

describe('a client with a secret', () => {
  const lateInLife = ({ access }: Tokens) =>
    server.db.pgPool.query(
      "UPDATE grants SET issued_at = now() - interval '29 days', refresh_expires_at = now() + interval '1 day' WHERE id = $1",
      [claimsOf(access).gid],
    );

  it('forks when the answer of its late rotation is lost', async () => {
    const first = await start('web');
    expect((await again(first.refresh, 'web')).refresh).toBe(first.refresh);
    await lateInLife(first);
    const lost = await again(first.refresh, 'web');
    expect(lost.refresh).not.toBe(first.refresh);
    await later(first);
    const fork = await again(first.refresh, 'web');
    expect(fork.status).toBe(200);
    expect((await again(fork.refresh, 'web')).refresh).toBe(fork.refresh);
    expect((await again(lost.refresh, 'web')).error).toBe('invalid_grant');
    expect(await alarms(first)).toEqual(reused);
  });

  it('uses its token also where it keeps it: the predecessor is reuse then', async () => {
    const first = await start('web');
    await lateInLife(first);
    const next = await again(first.refresh, 'web');
    await later(first);
    expect((await again(next.refresh, 'web')).refresh).toBe(next.refresh);
    expect((await again(first.refresh, 'web')).error).toBe('invalid_grant');
    expect(await alarms(first)).toEqual(reused);
  });
});

describe('a token that is bound to a key', () => {
  const dpopRefresh = async (key: ProofKey, token: string) => {
    const url = `${server.issuer}/oauth/token`;
    const response = await fetch(url, {
      method: 'POST',
      headers: { DPoP: await key.proof('POST', url) },
      body: new URLSearchParams({ grant_type: 'refresh_token', client_id: 'spa', refresh_token: token }),
    });
    const body = (await response.json()) as Record<string, unknown>;
    return { status: response.status, error: body.error, ...tokensOf(body) };
  };

  it('forks for the key alone, and one without it changes nothing', async () => {
    const key = await newProofKey();
    const url = `${server.issuer}/oauth/token`;
    const response = await fetch(url, {
      method: 'POST',
      headers: { DPoP: await key.proof('POST', url) },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: 'spa',
        code: await obtainCode(server),
        redirect_uri: redirectUri,
        code_verifier: verifier,
      }),
    });
    const first = tokensOf((await response.json()) as never);
    const lost = await dpopRefresh(key, first.refresh);
    await later(first);
    expect((await again(first.refresh)).error).toBe('invalid_grant');
    expect((await dpopRefresh(await newProofKey(), first.refresh)).error).toBe('invalid_grant');
    const fork = await dpopRefresh(key, first.refresh);
    expect(fork.status).toBe(200);
    expect(fork.refresh).not.toBe(lost.refresh);
    expect((await again(lost.refresh)).error).toBe('invalid_grant');
    expect((await dpopRefresh(key, fork.refresh)).status).toBe(200);
    expect((await dpopRefresh(key, lost.refresh)).error).toBe('invalid_grant');
    expect(await alarms(first)).toEqual(reused);
  });
});

describe('the leeway of a client', () => {
  const withLeeway = (seconds: number | null) =>
    updateClient(server.db, 'other', { refresh_token_leeway: seconds }, { id: 'test' });

  it.each([0, 1, 600, 3600])('of %i s is its own', async (seconds) => {
    await withLeeway(seconds);
    const first = await start('other');
    const next = await again(first.refresh, 'other');
    await later(first, Math.max(0, seconds - 60));
    if (seconds > 1) expect((await again(first.refresh, 'other')).refresh).toBe(next.refresh);
    await later(first, 60);
    const late = await again(first.refresh, 'other');
    if (seconds === 0) {
      expect(late.error).toBe('invalid_grant');
      expect(await alarms(first)).toEqual(reused);
    } else expect([late.status, late.refresh === next.refresh]).toEqual([200, false]);
  });

  it('is that of the server where it has none, and strict where that is', async () => {
    await withLeeway(null);
    const strict = await startTestServer({
      beside: server,
      env: { REFRESH_LEEWAY_SECONDS: '0', ISSUER: server.issuer },
    });
    const first = await start('other');
    expect((await again(first.refresh, 'other', strict)).status).toBe(200);
    await later(first, 5);
    expect((await again(first.refresh, 'other', strict)).error).toBe('invalid_grant');
    expect(await alarms(first)).toEqual(reused);
    await strict.stop();
  });
});

it('a refresh token that could fork is active for its own client, and one that is spent is not', async () => {
  const first = await start('web');
  await server.db.pgPool.query(
    "UPDATE grants SET issued_at = now() - interval '29 days', refresh_expires_at = now() + interval '1 day' WHERE id = $1",
    [claimsOf(first.access).gid],
  );
  const next = await again(first.refresh, 'web');
  await later(first);
  const active = async (token: string) => (await introspect(server, token, 'web')).body.active;
  expect([await active(first.refresh), await active(next.refresh)]).toEqual([true, true]);
  await again(next.refresh, 'web');
  expect([await active(first.refresh), await active(next.refresh)]).toEqual([false, true]);
  expect((await post(server, '/oauth/revoke', { token: first.refresh }, 'web')).status).toBe(200);
  expect((await again(next.refresh, 'web')).error).toBe('invalid_grant');
});
