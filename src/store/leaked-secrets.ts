/** Finds and ends secrets by their hashes, whatever they belong to. One statement for any number of them. */
import type { SecretKind } from '../policy/leaked-secrets.ts';
import type { Db, Statement } from './database.ts';

interface Recipient {
  readonly id: string;
  readonly email: string;
}

/** A secret that this server has issued. */
export interface KnownSecret {
  readonly kind: SecretKind;
  /** In hex; of a refresh token, the hash of its family's handle. */
  readonly hash: string;
  /** The id of the key, the secret or the grant; of a registration token, the client's. */
  readonly id: string;
  /** Neither revoked nor expired. Suspended accounts and clients may be restored, so theirs count. */
  readonly works: boolean;
  readonly account_id: string | null;
  readonly client_id: string | null;
  /** The name of the key or the client. */
  readonly name: string;
  /** The client has no other secret that works. */
  readonly is_last: boolean;
  /** The owner is told. Admins are, if the client has none; nobody is, if the client registered itself. */
  readonly recipients: readonly Recipient[];
}

const maxAdmins = 20;
const person = "json_build_array(json_build_object('id', a.id, 'email', a.email))";
const recipientsOfClient = `CASE WHEN a.id IS NOT NULL THEN ${person}
  WHEN c.registration_type = 'manual' THEN (SELECT list FROM admins) ELSE '[]' END`;
const livingSecret = '(expires_at IS NULL OR expires_at > clock_timestamp())';

const findStatement: Statement = {
  name: 'leaked-secrets-find',
  text: `WITH admins AS MATERIALIZED (SELECT coalesce(json_agg(json_build_object('id', id, 'email', email)), '[]') AS list FROM
      (SELECT id, email FROM accounts WHERE role = 'admin' AND status = 'active' ORDER BY id LIMIT ${maxAdmins}) first_ones),
    g AS MATERIALIZED (SELECT id, account_id, client_id, handle_hash, least(refresh_expires_at, ends_at) > clock_timestamp() AS works
      FROM grants WHERE handle_hash = ANY ($2))
    SELECT 'api_key' AS kind, encode(k.key_hash, 'hex') AS hash, k.id, k.account_id, NULL AS client_id, k.name, false AS is_last,
      k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > clock_timestamp()) AS works, ${person} AS recipients
    FROM api_keys k JOIN accounts a ON a.id = k.account_id WHERE k.key_hash = ANY ($1)
    UNION ALL
    SELECT 'client_secret', encode(s.secret_hash, 'hex'), s.id::text, c.owner_account_id, c.client_id, c.client_name,
      NOT EXISTS (SELECT FROM client_secrets o WHERE o.client_id = s.client_id AND o.secret_hash <> ALL ($1) AND ${livingSecret}),
      ${livingSecret}, ${recipientsOfClient}
    FROM client_secrets s JOIN clients c ON c.client_id = s.client_id LEFT JOIN accounts a ON a.id = c.owner_account_id
    WHERE s.secret_hash = ANY ($1)
    UNION ALL
    SELECT 'registration_token', encode(coalesce(r.token_hash, r.leaked_token_hash), 'hex'), c.client_id, c.owner_account_id, c.client_id,
      c.client_name, false, r.token_hash IS NOT NULL, ${recipientsOfClient}
    FROM client_registrations r JOIN clients c ON c.client_id = r.client_id LEFT JOIN accounts a ON a.id = c.owner_account_id
    WHERE r.token_hash = ANY ($1) OR r.leaked_token_hash = ANY ($1)
    UNION ALL
    SELECT 'refresh_token', encode(g.handle_hash, 'hex'), g.id, g.account_id, g.client_id, c.client_name, false,
      g.works, ${person}
    FROM g JOIN clients c ON c.client_id = g.client_id JOIN accounts a ON a.id = g.account_id`,
};

/** Returns what is known of these secrets, in no order. `handles` are hashes of refresh token families. */
export async function findLeaked(
  db: Db,
  { hashes, handles }: { hashes: readonly Buffer[]; handles: readonly Buffer[] },
): Promise<KnownSecret[]> {
  return db.run<KnownSecret>(findStatement, [hashes, handles]);
}

// Rows are locked in one order, so that two reports of the same secrets never wait for each other; and owners before their keys, as
// their own changes do.
const endKeysStatement: Statement = {
  name: 'leaked-api-keys-end',
  text: `WITH owners AS MATERIALIZED (SELECT id FROM accounts
      WHERE id IN (SELECT account_id FROM api_keys WHERE id = ANY ($1)) ORDER BY id FOR NO KEY UPDATE),
      found AS MATERIALIZED (SELECT id FROM api_keys WHERE id = ANY ($1) AND (SELECT count(*) FROM owners) > 0 ORDER BY id FOR NO KEY UPDATE)
    UPDATE api_keys SET revoked_at = clock_timestamp() FROM found
    WHERE api_keys.id = found.id AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > clock_timestamp())
    RETURNING api_keys.id`,
};

// Changes of a client lock it before its secrets. Ended secrets stay, so that a second report of them is recognised.
const endSecretsStatement: Statement = {
  name: 'leaked-client-secrets-end',
  text: `WITH locked AS MATERIALIZED (SELECT client_id FROM clients
      WHERE client_id IN (SELECT client_id FROM client_secrets WHERE id = ANY ($1::bigint[])) ORDER BY client_id FOR NO KEY UPDATE)
    UPDATE client_secrets s SET expires_at = clock_timestamp() FROM locked
    WHERE s.client_id = locked.client_id AND s.id = ANY ($1::bigint[]) AND ${livingSecret} RETURNING s.id::text AS id`,
};

const endRegistrationsStatement: Statement = {
  name: 'leaked-registration-tokens-end',
  text: `WITH found AS MATERIALIZED (SELECT client_id FROM client_registrations
      WHERE client_id = ANY ($1) AND token_hash = ANY ($2) ORDER BY client_id FOR NO KEY UPDATE)
    UPDATE client_registrations r SET leaked_token_hash = token_hash, token_hash = NULL FROM found
    WHERE r.client_id = found.client_id AND token_hash IS NOT NULL RETURNING r.client_id AS id`,
};

// The function says of each whether it was still there. A distributed database refuses to lock rows of several shards.
const endFamiliesStatement: Statement = {
  name: 'leaked-families-end',
  text: `WITH given AS MATERIALIZED (SELECT id FROM unnest($1::text[]) AS given (id) ORDER BY id),
      ended AS MATERIALIZED (SELECT id, end_grants(ARRAY[id]) AS count FROM given)
    SELECT id FROM ended WHERE count > 0`,
};

/** Ends those of the secrets that still work, and returns their ids by kind. */
export async function endLeaked(trx: Db, secrets: readonly KnownSecret[]): Promise<Map<SecretKind, Set<string>>> {
  const of = (kind: SecretKind) => secrets.filter((one) => one.kind === kind);
  const idsOf = (kind: SecretKind) => of(kind).map(({ id }) => id);
  const tokens = of('registration_token').map(({ hash }) => Buffer.from(hash, 'hex'));
  const steps = [
    ['api_key', endKeysStatement, [idsOf('api_key')]],
    ['client_secret', endSecretsStatement, [idsOf('client_secret')]],
    ['registration_token', endRegistrationsStatement, [idsOf('registration_token'), tokens]],
    ['refresh_token', endFamiliesStatement, [idsOf('refresh_token')]],
  ] as const;
  const ended = new Map<SecretKind, Set<string>>();
  for (const [kind, statement, values] of steps) {
    if (values[0].length === 0) continue;
    ended.set(kind, new Set((await trx.run<{ id: string }>(statement, values)).map(({ id }) => id)));
  }
  return ended;
}
