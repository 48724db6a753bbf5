/** What happens without a usable replica: the primary answers, and metrics and log say why. A real one is in faults/replica. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../../src/config/index.ts';
import { ConfigError } from '../../../src/config/problems.ts';
import { openDatabase } from '../../../src/store/database.ts';
import type { ReplicaState } from '../../../src/store/reads.ts';
import { openReplica, positionOf } from '../../../src/store/replica.ts';
import { signedInAdmin } from '../../support/admin.ts';
import { createEmptyDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { scrape } from '../../support/metrics.ts';
import { deadPort, startTestServer, type TestServer } from '../../support/server.ts';

const away = `postgresql://u:p@127.0.0.1:${deadPort}/d`;
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ env: { DATABASE_REPLICA_URL: away } });
});
afterAll(() => server.stop());

describe('a replica that is away', () => {
  it('is not missed by anybody, and is told', async () => {
    const admin = await signedInAdmin(server);
    for (const path of ['/admin', '/admin/accounts', '/account/activity']) {
      expect((await admin.visit(path)).status).toBe(200);
    }
    const { series } = await scrape(server.metricsOrigin);
    const values = series.filter(({ name }) => name.startsWith('database_replica_')).map((one) => one.value);
    expect(values).toEqual([0, expect.any(Number), 0, 3]);
    expect(await fetch(`${server.issuer}/readyz`)).toMatchObject({ status: 200 });
  });

  it('marks browsers that send forms for ten seconds, and no programs', async () => {
    const form = { method: 'POST', body: new URLSearchParams({ token: 'x', client_id: 'spa' }) };
    const marks = async (path: string, headers = {}) => {
      const { headers: answered } = await fetch(new URL(path, server.issuer), { ...form, headers });
      return answered.getSetCookie().filter((one) => one.startsWith('vcauth_changed='));
    };
    const before = Date.now();
    const [mark] = await marks('/sign-in', { cookie: 'vcauth_browser=x' });
    const after = Date.now();
    expect(mark).toMatch(/^vcauth_changed=1; path=\/; expires=[^;]*; samesite=lax; httponly$/);
    const ends = Date.parse(/expires=([^;]*)/.exec(mark as string)?.[1] as string);
    expect(ends).toBeGreaterThan(before + 9_000);
    expect(ends).toBeLessThanOrEqual(after + 10_000);
    expect(await marks('/sign-in')).toEqual([]);
    expect(await marks('/oauth/revoke', { cookie: 'vcauth_browser=x' })).toEqual([]);
  });
});

describe('openReplica', () => {
  /** Where a list is read once the state is as `expected`: the first look may not be answered in time. */
  const readsIn = async (expected: ReplicaState, url: string) => {
    const replica = await openReplica({
      url,
      poolSize: 1,
      primary: server.db,
      onState: () => {},
    });
    await eventually(() => replica.facts()?.state).toBe(expected);
    const asked: string[] = [];
    await replica.run(true, async (db) => void asked.push(db === server.db ? 'primary' : 'replica'));
    await replica.stop();
    return asked;
  };

  it('reads the primary if the address leads to a database that takes writes', async () => {
    expect(await readsIn('promoted', server.databaseUrl)).toEqual(['primary']);
  });

  it('reads the primary if the address leads to a database without tables', async () => {
    const empty = await createEmptyDatabase();
    expect(await readsIn('away', empty.url)).toEqual(['primary']);
    await empty.drop();
  });

  it('passes on the errors of the work itself', async () => {
    const primary = openDatabase({ url: server.databaseUrl, poolSize: 1 });
    const replica = await openReplica({ url: away, poolSize: 1, primary, onState: () => {} });
    await expect(replica.run(true, async () => Promise.reject(new Error('of the work')))).rejects.toThrow(
      'of the work',
    );
    await Promise.all([replica.stop(), primary.close()]);
  });

  it('compares positions beyond 32 bits', () => {
    expect(positionOf('16/B374D848')).toBe(0x16b374d848n);
    expect(positionOf('1/0') > positionOf('0/FFFFFFFF')).toBe(true);
  });
});

describe('the setting DATABASE_REPLICA_URL', () => {
  const base = { DATABASE_URL: 'postgresql://u:p@h/d', SECRETS: 'x'.repeat(40) };
  const read = (env: Record<string, string>) => readConfig({ ...base, ...env }).databaseReplicaUrl;

  it('takes a list of replicas, of which none takes writes', () => {
    expect(read({})).toBeUndefined();
    expect(read({ DATABASE_REPLICA_URL: 'postgresql://u:p@r/d' })).toBe('postgresql://u:p@r/d');
    const any = 'postgresql://u:p@r1,r2/d?target_session_attrs=any';
    expect(read({ DATABASE_REPLICA_URL: 'postgresql://u:p@r1,r2/d' })).toBe(any);
    expect(read({ DATABASE_REPLICA_URL: any })).toBe(any);
  });

  it.each([
    [{ DATABASE_REPLICA_URL: 'postgresql://u:p@r/d?target_session_attrs=read-write' }, 'takes no writes'],
    [{ DATABASE_REPLICA_URL: 'mysql://r/d' }, 'must be a URL'],
    [{ DATABASE_REPLICA_URL: 'postgresql://u:p@r/d', DATABASE_URL: '' }, 'together with DATABASE_REPLICA_URL'],
    [{ DATABASE_REPLICA_POOL_SIZE: '0' }, 'from 1 to 1000'],
  ])('is refused: %j', (env, problem) => {
    expect(() => read(env as Record<string, string>)).toThrow(ConfigError);
    expect(() => read(env as Record<string, string>)).toThrow(problem);
  });
});
