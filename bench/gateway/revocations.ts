/** Measures how soon the last of ten verifiers refuses a revoked token, in milliseconds, with a real server and database. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { followRevocations } from '../../src/gateway/follower.ts';
import { quantile, withServer } from './served.ts';

const [verifiers, revocations] = [10, 200];

export function measureRevocations(): Promise<{ p50: number; p99: number; max: number }> {
  return withServer(async ({ origin, credentials, db, cleanup }) => {
    const url = `${origin}/oauth/revocations`;
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
    return { p50: quantile(taken, 0.5), p99: quantile(taken, 0.99), max: quantile(taken, 1) };
  });
}
