/** Mails to the owner of a key: it was made, it was changed, an admin revoked it, or it ends soon. */
import { maskedKey } from '../policy/api-keys.ts';
import { getAccount } from '../store/accounts.ts';
import { type ApiKey, takeEndingKeys } from '../store/api-keys.ts';
import type { Db } from '../store/database.ts';
import type { Actor } from './actor.ts';
import { occasionOf, queueMail } from './mail.ts';

const named = ({ name, environment, last_four: lastFour }: Pick<ApiKey, 'name' | 'environment' | 'last_four'>) => ({
  name,
  looks: maskedKey(environment, lastFour),
});

export async function tellOfNewKey(trx: Db, key: ApiKey, actor: Actor): Promise<void> {
  const { account_id: accountId } = key;
  const { email: to } = await getAccount(trx, accountId);
  const own = actor.id === `account:${accountId}`;
  // Where an admin was at that time is nobody else's business.
  const occasion = own ? occasionOf(actor) : { at: new Date().toISOString() };
  const by = own ? ('person' as const) : ('admin' as const);
  const facts = { ...occasion, ...named(key), rotated: key.rotated_from !== null, by };
  await queueMail(trx, { kind: 'api_key_made', to, accountId, facts });
}

/** The rights of a key that a change concerns. */
type Rights = Pick<ApiKey, 'scope' | 'projects' | 'networks' | 'expires_at'>;

/**
 * Tells of rights that somebody else has changed. Of their own changes, people are told that a key can be used from more networks, as
 * they are of a new key: it may have been somebody else in their session.
 */
export async function tellOfChangedKey(
  trx: Db,
  { before, after, further }: { before: Partial<Rights>; after: ApiKey; further: boolean },
  actor: Actor,
): Promise<void> {
  const { account_id: accountId } = after;
  const own = actor.id === `account:${accountId}`;
  if (own ? !further : Object.keys(before).length === 0) return;
  const { email: to } = await getAccount(trx, accountId);
  const occasion = own ? occasionOf(actor) : { at: new Date().toISOString() };
  const by = own ? ('person' as const) : ('admin' as const);
  const { scope, projects, networks, expires_at: end } = before;
  const changed = {
    ...(scope && { scope: { before: scope, after: after.scope } }),
    ...(projects !== undefined && { projects: { before: projects, after: after.projects } }),
    ...(networks !== undefined && { networks: { before: networks, after: after.networks } }),
    ...(end !== undefined && { expires_at: { before: iso(end), after: iso(after.expires_at) } }),
  };
  await queueMail(trx, {
    kind: 'api_key_changed',
    to,
    accountId,
    facts: { ...occasion, ...named(after), by, further, ...changed },
  });
}

const iso = (moment: Date | null): string | null => (moment === null ? null : moment.toISOString());

/** People are not told of what they do to their own keys. */
export async function tellOfRevokedKey(trx: Db, key: ApiKey, actor: Actor): Promise<void> {
  const { account_id: accountId } = key;
  if (actor.id === `account:${accountId}`) return;
  const { email: to } = await getAccount(trx, accountId);
  const facts = { at: new Date().toISOString(), ...named(key) };
  await queueMail(trx, { kind: 'api_key_revoked', to, accountId, facts });
}

/** How many keys one transaction takes. */
const maxKeys = 100;

/** Tells the owners of keys that end within a week, once for each key. Returns the number of mails. */
export async function tellOfEndingKeys(db: Db): Promise<number> {
  let told = 0;
  for (let taken = maxKeys; taken === maxKeys; told += taken) {
    taken = await db.transaction(async (trx) => {
      const keys = await takeEndingKeys(trx, maxKeys);
      for (const { email: to, account_id: accountId, expires_at: ends, ...key } of keys) {
        const facts = { at: new Date().toISOString(), ...named(key), ends: ends.toISOString() };
        await queueMail(trx, { kind: 'api_key_ending', to, accountId, facts });
      }
      return keys.length;
    });
  }
  return told;
}
