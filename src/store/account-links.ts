/**
 * Links in mails. A link works once, until it expires or a newer one was asked for, and only while its account is active
 * and still has the address that it was sent to. The statements that use one decide all of that.
 */
import { type LinkKind, linkSeconds, type MailKind, newestOnly } from '../policy/mails.ts';
import type { Factors } from '../policy/second-step.ts';
import type { Db, Statement } from './database.ts';
import { sha256 } from './sealer.ts';
import { factorsOf } from './second-step.ts';

export interface NewLink {
  readonly token: string;
  readonly kind: LinkKind;
  /** Undefined if the link makes an account. */
  readonly accountId: string | undefined;
  readonly address: string;
  /** The mail that holds it. */
  readonly mail: string;
  readonly facts?: object;
}

// $1 kind, $2 account, $3 address. Links that make an account are told apart by address.
const same = `kind = $1 AND (account_id = $2 OR $2::text IS NULL AND account_id IS NULL AND address = $3)`;
const saveStatement: Statement = {
  name: 'account-link-save',
  text: `WITH ended AS (DELETE FROM account_links WHERE $7 AND ${same} AND mail < $4)
    INSERT INTO account_links (kind, account_id, address, mail, token_hash, facts, asked_at, expires_at)
      SELECT $1, $2, $3, $4, $5, $6::jsonb, m.created_at, clock_timestamp() + make_interval(secs => $8)
      FROM mails m WHERE m.seq = $4 AND m.status = 'pending'
        AND NOT ($7 AND EXISTS (SELECT FROM account_links WHERE ${same} AND mail > $4))
    ON CONFLICT (mail) DO UPDATE SET token_hash = excluded.token_hash, expires_at = excluded.expires_at
      WHERE account_links.used_at IS NULL
    RETURNING expires_at`,
};

/**
 * Saves the link of a mail that is about to be sent, or extends it if the mail is tried again, and ends older ones. Returns
 * when it expires; undefined if a newer mail has a link already, if this one was used, or if the mail does not wait any more.
 * Call it under `lockAccount`.
 */
export async function saveLink(trx: Db, link: NewLink): Promise<Date | undefined> {
  const { token, kind, accountId, address, mail, facts = {} } = link;
  const values = [kind, accountId ?? null, address, mail, sha256(token), JSON.stringify(facts)];
  const [row] = await trx.run<{ expires_at: Date }>(saveStatement, [
    ...values,
    newestOnly.includes(kind),
    linkSeconds[kind],
  ]);
  return row?.expires_at;
}

export interface AccountLink {
  readonly seq: string;
  /** When its mail was queued. */
  readonly askedAt: Date;
  readonly accountId: string | null;
  /** The mailbox that it was sent to. */
  readonly address: string;
  readonly facts: object;
  /** The account's present address and name. */
  readonly email: string | null;
  readonly name: string | null;
  /** When that address was confirmed; null if it was not. */
  readonly confirmedAt: Date | null;
  /** What the account has for a second step. */
  readonly factors: Factors;
}

// A newer mail of the same kind ends the link, even before that mail is sent. Some are asked for by address, and the others
// for an account.
const superseded = `EXISTS (SELECT FROM mails m WHERE m.seq > l.mail AND m.kind = $3
    AND (m.account_id = l.account_id OR m.account_id IS NULL AND m.recipient = l.address))`;
const live = `l.token_hash = $1 AND l.kind = $2 AND l.used_at IS NULL AND l.expires_at > clock_timestamp()
  AND ($3::text IS NULL OR NOT ${superseded})
  AND (l.account_id IS NULL OR a.status = 'active')
  AND (l.kind NOT IN ('verify', 'reset') OR a.email = l.address)
  AND (l.kind NOT IN ('reset', 'change') OR l.asked_at >= a.sessions_valid_from)`;
const columns = `l.seq, l.asked_at AS "askedAt", l.account_id AS "accountId", l.address, l.facts, a.email, a.name,
  a.email_verified_at AS "confirmedAt",  ${factorsOf('a')} AS factors`;

const findStatement: Statement = {
  name: 'account-link-find',
  text: `SELECT ${columns} FROM account_links l LEFT JOIN accounts a ON a.id = l.account_id WHERE ${live}`,
};
const useStatement: Statement = {
  name: 'account-link-use',
  text: `UPDATE account_links u SET used_at = clock_timestamp()
    FROM account_links l LEFT JOIN accounts a ON a.id = l.account_id
    WHERE u.seq = l.seq AND u.used_at IS NULL AND ${live} RETURNING ${columns}`,
};

/** The mails whose newer ones end a link. */
const mailOf: Readonly<Partial<Record<LinkKind, MailKind>>> = {
  verify: 'verify_address',
  reset: 'reset_password',
  change: 'address_change_requested',
  invite: 'invitation',
};

const parametersOf = (kind: LinkKind, token: string) => [sha256(token), kind, mailOf[kind] ?? null];

/** Returns the link if it works at this moment. Changes nothing. */
export async function findLink(db: Db, kind: LinkKind, token: string): Promise<AccountLink | undefined> {
  const [row] = await db.run<AccountLink>(findStatement, parametersOf(kind, token));
  return row;
}

/** Uses the link up. Of several requests one gets it. Call it under `lockAccount`, in the transaction of what it allows. */
export async function useLink(trx: Db, kind: LinkKind, token: string): Promise<AccountLink | undefined> {
  const [row] = await trx.run<AccountLink>(useStatement, parametersOf(kind, token));
  return row;
}

const endStatement: Statement = {
  name: 'account-links-end',
  text: `DELETE FROM account_links WHERE account_id = $1 AND kind = ANY ($2) AND used_at IS NULL`,
};

/** Ends links of an account that were not used. */
export async function endLinks(trx: Db, accountId: string, kinds: readonly LinkKind[]): Promise<void> {
  await trx.run(endStatement, [accountId, kinds]);
}

const purgeStatement: Statement = {
  name: 'account-links-purge',
  text: `DELETE FROM account_links WHERE seq IN (
      SELECT seq FROM account_links WHERE expires_at < now() LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING 1`,
};

/** Deletes up to `limit` expired links and returns their number. */
export async function purgeLinks(db: Db, limit: number): Promise<number> {
  return (await db.run(purgeStatement, [limit])).length;
}
