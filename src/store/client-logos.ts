/** Logos of clients. They are stored by client and served by the hash in the client's row. */
import type { Db, Statement } from './database.ts';

export async function saveLogo(trx: Db, clientId: string, image: Buffer): Promise<void> {
  await trx.builder
    .insertInto('client_logos')
    .values({ client_id: clientId, image })
    .onConflict((conflict) => conflict.column('client_id').doUpdateSet({ image }))
    .execute();
}

export async function dropLogo(trx: Db, clientId: string): Promise<void> {
  await trx.builder.deleteFrom('client_logos').where('client_id', '=', clientId).execute();
}

const findStatement: Statement = {
  name: 'logo-find',
  text: 'SELECT l.image FROM clients c JOIN client_logos l ON l.client_id = c.client_id WHERE c.logo_hash = $1 LIMIT 1',
};

/** Returns the image with this hash, if a client still uses it. */
export async function findLogo(db: Db, hash: string): Promise<Buffer | undefined> {
  const [row] = await db.run<{ image: Buffer }>(findStatement, [hash]);
  return row?.image;
}
