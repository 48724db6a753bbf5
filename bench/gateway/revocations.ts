/** Measures how soon the last of ten verifiers refuses a revoked token, in milliseconds, with a real server and database. */
import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { followRevocations } from '../../src/gateway/follower.ts';
import { openDatabase } from '../../src/store/database.ts';
import { startEmbeddedPostgres } from '../../src/store/embedded/index.ts';
import { startOurs } from '../ours.ts';

const [verifiers, revocations] = [10, 200];

export async function measureRevocations(): Promise<{ p50: number; p99: number; max: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'vcauth-bench-'));
  const cleanup: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    // PostgreSQL may run as another user.
    await chmod(folder, 0o711);
    const places = { dataDir: join(folder, 'data'), systemDir: join(folder, 'system') };
    const postgres = await startEmbeddedPostgres({ ...places, onLog: () => {} });
    cleanup.push(() => postgres.stop());
    const ours = await startOurs({ databaseUrl: postgres.url, env: {}, execArgv: [] });
    cleanup.push(() => ours.stop());
    const db = openDatabase({ url: postgres.url, poolSize: 1 });
    cleanup.push(() => db.close());
    const credentials = { clientId: ours.gateway.id, clientSecret: ours.gateway.secret };
    const url = `${ours.origin}/oauth/revocations`;
    const followers = Array.from({ length: verifiers }, () =>
      followRevocations({ url, credentials, fetch, onProblem: () => {} }),
    );
    for (const follower of followers) cleanup.push(() => follower.close());
    await Promise.all(followers.map(({ synced }) => synced));
    const taken: number[] = [];
    for (let i = 0; i < revocations; i += 1) {
      const jti = randomUUID();
      const claims = { iss: '', aud: '', sub: 's', client_id: 'c', jti, iat: 0, exp: 0 };
      await db.pgPool.query("SELECT revoke_token('jti', $1, now() + interval '1 hour')", [[jti]]);
      const began = performance.now();
      while (!followers.every(({ list }) => list.revokes(claims, Date.now()))) await sleep(1);
      taken.push(performance.now() - began);
    }
    taken.sort((a, b) => a - b);
    const of = (share: number) => taken[Math.ceil(taken.length * share) - 1] as number;
    return { p50: of(0.5), p99: of(0.99), max: of(1) };
  } finally {
    for (const step of cleanup.reverse()) await step();
  }
}
