/** Checks the signing keys: each algorithm has a current and a next one. */
import type { Db } from '../../store/database.ts';
import { listSigningKeys } from '../../store/signing-keys.ts';
import { type Finding, findingsOf } from './finding.ts';

const { ok, warning } = findingsOf('keys');
const dayMs = 86_400_000;

export async function checkKeys(db: Db, now = Date.now()): Promise<Finding[]> {
  const keys = await listSigningKeys(db);
  const current = keys.filter(({ state }) => state === 'current');
  if (current.length === 0) return [warning('No signing key exists yet. The server makes two at its first start.')];
  return current.map(({ alg, current_at, created_at }) => {
    const days = Math.floor((now - (current_at ?? created_at).getTime()) / dayMs);
    const says = `${alg} has signed for ${days} days`;
    if (keys.some((key) => key.alg === alg && key.state === 'next')) return ok(`${says}; the next key exists.`);
    return warning(`${says}; there is no next key. Run vcauth keys rotate.`);
  });
}
