/** vcauth migrate and purge. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEmptyDatabase } from '../support/database.ts';
import { secrets, startCli } from './support.ts';
import { type Vcauth, vcauthIn } from './vcauth.ts';

describe('a database without tables', () => {
  let empty: Awaited<ReturnType<typeof createEmptyDatabase>>;
  let vcauth: Vcauth;
  beforeAll(async () => {
    empty = await createEmptyDatabase();
    vcauth = vcauthIn({ DATABASE_URL: empty.url, SECRETS: secrets });
  });
  afterAll(() => empty.drop());

  test.each(['accounts list', 'keys rotate', 'purge'])('%s names the way out and changes nothing', async (words) => {
    const { code, stdout, stderr } = await vcauth([...words.split(' '), '--json']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('run vcauth migrate');
    expect(stderr).toContain('0001_initial.sql');
  });

  test('migrate applies everything, then nothing', async () => {
    const done = await vcauth.json<{ applied: string[]; durations_ms: Record<string, number> }>(['migrate']);
    expect(done.applied[0]).toBe('0001_initial.sql');
    expect(Object.keys(done.durations_ms)).toEqual(done.applied);
    expect(done.durations_ms['0001_initial.sql']).toBeGreaterThan(0);
    expect(await vcauth.json(['accounts', 'list'])).toEqual([]);
    expect(await vcauth.json(['migrate'])).toEqual({ applied: [], durations_ms: {} });
    expect(await vcauth(['migrate'])).toMatchObject({ code: 0, stdout: '', stderr: 'The database is up to date.\n' });
  });
});

test.each(['migrate --distributed', 'migrate --distributed --plan'])(
  '%s refuses a database without Citus, and changes nothing',
  async (words) => {
    const { own, vcauth } = await startCli();
    const grants = "SELECT count(*) FROM pg_constraint WHERE conrelid = 'grants'::regclass";
    const before = await own.database.pgPool.query(grants);
    expect(await vcauth([...words.split(' '), '--json'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('CREATE EXTENSION citus'),
    });
    expect((await own.database.pgPool.query(grants)).rows).toEqual(before.rows);
    await own.drop();
  },
);

describe('purge', () => {
  let cli: Awaited<ReturnType<typeof startCli>>;
  beforeAll(async () => {
    cli = await startCli();
  });
  afterAll(() => cli.own.drop());

  test('purge deletes what has expired and counts it by table', async () => {
    await cli.own.database.pgPool.query(`INSERT INTO artifacts (model, id_hash, payload, expires_at)
      SELECT 'Interaction', sha256(n::text::bytea), '', now() + make_interval(hours => n) FROM generate_series(-2, 2) n`);
    const { deleted } = await cli.vcauth.json<{ deleted: Record<string, number> }>(['purge']);
    expect(deleted).toMatchObject({ artifacts: 3, sessions: 0, grants: 0 });
    expect((await cli.vcauth(['purge'])).stdout).toMatch(/^artifacts +0$/m);
  });

  test('purge says so when a server is purging', async () => {
    await cli.own.database.transaction(async (trx) => {
      await trx.run({ name: 'take-purge-lock', text: 'SELECT pg_advisory_xact_lock(7203)' }, []);
      const ran = await cli.vcauth(['purge', '--json']);
      expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining('cleaning up') });
      expect(JSON.parse(ran.stdout)).toEqual({ deleted: null });
    });
  });
});
