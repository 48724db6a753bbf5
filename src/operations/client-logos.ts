/** Logos of clients. They are uploaded and stored here, and never fetched from elsewhere. */
import { dropLogo, saveLogo } from '../store/client-logos.ts';
import type { Client } from '../store/clients.ts';
import type { Db } from '../store/database.ts';
import { sha256 } from '../store/sealer.ts';
import type { Actor } from './actor.ts';
import { changeClient } from './client-change.ts';
import { recordClient } from './client-record.ts';
import type { Logo } from './logo-image.ts';
import { lockClientFor } from './powers.ts';

/** @throws AppError not_found */
export async function setLogo(db: Db, clientId: string, { webp }: Logo, actor: Actor): Promise<Client> {
  const hash = sha256(webp).toString('base64url');
  return db.transaction(async (trx) => {
    const before = await lockClientFor(trx, actor, clientId);
    if (before.logo_hash === hash) return before;
    await saveLogo(trx, clientId, webp);
    return changeClient(trx, before, { logo_hash: hash }, actor, () =>
      recordClient(trx, actor, 'client.logo_set', clientId, { before: before.logo_hash, after: hash }),
    );
  });
}

/** Removes the logo, if there is one. @throws AppError not_found for an unknown client */
export async function removeLogo(db: Db, clientId: string, actor: Actor): Promise<Client> {
  return db.transaction(async (trx) => {
    const before = await lockClientFor(trx, actor, clientId);
    if (before.logo_hash === null) return before;
    await dropLogo(trx, clientId);
    return changeClient(trx, before, { logo_hash: null }, actor, () =>
      recordClient(trx, actor, 'client.logo_removed', clientId, { before: before.logo_hash }),
    );
  });
}
