/** Follows the configuration: an organisation that is not marked as enterprise any more loses what it allowed. */
import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { trustEndsAfterSeconds } from '../policy/client/trust.ts';
import type { Db } from '../store/database.ts';
import { forgetOrganisations } from '../store/organisation-consents.ts';
import { revokeToken } from '../store/token-revocations.ts';
import {
  lockTrustedOrganisations,
  readTrustedOrganisations,
  saveTrustedOrganisations,
} from '../store/trusted-organisations.ts';
import { record } from './record.ts';

/**
 * Makes these issuers the trusted ones, for all nodes: the server that started last decides. Those that are not among them any more
 * lose what they allowed, and the tokens that came from their assertions. A second server with the same issuers changes nothing.
 */
export async function trustOrganisations(db: Db, issuers: readonly string[]): Promise<void> {
  const wanted = [...new Set(issuers)].toSorted();
  if (isDeepStrictEqual(Object.keys(await readTrustedOrganisations(db)).toSorted(), wanted)) return;
  await db.transaction(async (trx) => {
    const before = await lockTrustedOrganisations(trx);
    const gone = Object.entries(before).filter(([issuer]) => !wanted.includes(issuer));
    const until = Date.now() / 1000 + trustEndsAfterSeconds;
    for (const [, trust] of gone) await revokeToken(trx, 'jti', trust, until);
    const added = wanted.filter((issuer) => before[issuer] === undefined);
    const now = wanted.map((issuer) => [issuer, before[issuer] ?? `trust ${randomBytes(12).toString('base64url')}`]);
    await saveTrustedOrganisations(trx, Object.fromEntries(now));
    if (gone.length > 0)
      await forgetOrganisations(
        trx,
        gone.map(([issuer]) => issuer),
      );
    if (added.length + gone.length === 0) return;
    const details = { trusted: added, no_longer_trusted: gone.map(([issuer]) => issuer) };
    await record(trx, { id: 'system' }, 'organisations.changed', 'settings:organisations', details);
  });
}
