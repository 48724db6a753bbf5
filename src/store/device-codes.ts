/**
 * Device authorizations (RFC 8628) that wait for a person. Both codes are stored as hashes. When a person allows one, the
 * statement that stores the grant marks the row and inserts an authorization code with the hash of the device code, see
 * authorization-codes: from then on the tokens come as they do for any other code.
 */
import { maxPollSeconds, pollSeconds, pollToleranceSeconds } from '../policy/device-codes.ts';
import { appendValues, type NewAuditEvent } from './audit.ts';
import type { Db, Statement } from './database.ts';
import type { Parameters } from './parameters.ts';
import { sha256 } from './sealer.ts';

export interface NewDeviceCode {
  readonly deviceHash: Buffer;
  readonly userHash: Buffer;
  readonly clientId: string;
  readonly payload: Buffer;
  /** Epoch seconds. */
  readonly expiresAt: number;
  readonly address: string | undefined;
  readonly userAgent: string | undefined;
  /** The network that the row counts against, if the client does not authenticate. */
  readonly owner: string | undefined;
}

/** How many authorizations one network may have waiting for clients that do not authenticate. The oldest give way. */
const maxWaiting = 200;

const insertStatement: Statement = {
  name: 'device-code-insert',
  batch: 'write',
  rowAt: 1,
  text: `WITH room AS (
      DELETE FROM device_codes WHERE device_hash = ANY (ARRAY(
        SELECT device_hash FROM device_codes WHERE device_hash = ANY (ARRAY(
          SELECT device_hash FROM device_codes WHERE owner = $8 AND state = 'pending' AND confirmed_by IS NULL
          ORDER BY expires_at DESC OFFSET ${maxWaiting - 1}))
        FOR UPDATE SKIP LOCKED)))
    INSERT INTO device_codes
      (device_hash, user_hash, client_id, payload, expires_at, address, user_agent, owner, interval_seconds)
    SELECT $1, $2, $3, $4, to_timestamp($5), $6, $7, $8, ${pollSeconds}
    ON CONFLICT (user_hash) DO NOTHING RETURNING 1`,
};

/** Returns false if the code for people is taken. */
export async function insertDeviceCode(db: Db, code: NewDeviceCode): Promise<boolean> {
  const { deviceHash, userHash, clientId, payload, expiresAt, address, userAgent, owner } = code;
  const hashed = owner === undefined ? null : sha256(owner);
  const values = [deviceHash, userHash, clientId, payload, expiresAt, address ?? null, userAgent ?? null, hashed];
  return (await db.run(insertStatement, values)).length === 1;
}

export interface WaitingDevice {
  readonly device_hash: Buffer;
  readonly client_id: string;
  readonly payload: Buffer;
  readonly state: 'pending' | 'allowed' | 'denied';
  readonly expired: boolean;
  /** Epoch seconds. */
  readonly expires_at: number;
  readonly confirmed_by: Buffer | null;
  readonly address: string | null;
  readonly user_agent: string | null;
  readonly created_at: Date;
  /** The client's current revision. */
  readonly client_revision: string;
}

const columns = `d.device_hash, d.client_id, d.payload, d.state, d.expires_at <= clock_timestamp() AS expired,
    extract(epoch FROM d.expires_at)::float8 AS expires_at, d.confirmed_by, d.address, d.user_agent, d.created_at`;
const activeClient = `JOIN clients c ON c.client_id = d.client_id AND c.status = 'active'`;

const findStatement: Statement = {
  name: 'device-code-find',
  text: `SELECT ${columns}, c.revision AS client_revision FROM device_codes d ${activeClient} WHERE d.user_hash = ANY ($1)`,
};

/** `userHashes` are those of one code with each secret. The row is returned whatever its state, if its client is active. */
export async function findDeviceByUserCode(db: Db, userHashes: readonly Buffer[]): Promise<WaitingDevice | undefined> {
  const [row] = await db.run<WaitingDevice>(findStatement, [userHashes]);
  return row;
}

const findByHashStatement: Statement = {
  name: 'device-code-find-by-hash',
  batch: 'read',
  text: `SELECT ${columns}, c.revision AS client_revision FROM device_codes d ${activeClient} WHERE d.device_hash = $1`,
};

export async function findDeviceByHash(db: Db, deviceHash: Buffer): Promise<WaitingDevice | undefined> {
  const [row] = await db.run<WaitingDevice>(findByHashStatement, [deviceHash]);
  return row;
}

export interface Polled {
  readonly state: WaitingDevice['state'];
  readonly expired: boolean;
  /** The request came too early: the device gets no other answer than that. */
  readonly early: boolean;
  readonly error: string | null;
  readonly error_description: string | null;
  readonly client_id: string;
  readonly client_revision: string;
}

const waits = `(d.state <> 'denied' AND d.expires_at > clock_timestamp())`;
/** By the row as the UPDATE before left it, whichever node made that. */
const tooEarly = `(${waits} AND d.answered_at IS NOT NULL
      AND d.answered_at > clock_timestamp() - make_interval(secs => d.interval_seconds - ${pollToleranceSeconds}))`;
const pollStatement: Statement = {
  name: 'device-code-poll',
  batch: 'write',
  text: `UPDATE device_codes d SET early = ${tooEarly},
      interval_seconds = CASE WHEN ${tooEarly}
        THEN least(d.interval_seconds + ${pollSeconds}, ${maxPollSeconds}) ELSE d.interval_seconds END,
      answered_at = CASE WHEN ${tooEarly} THEN d.answered_at ELSE clock_timestamp() END
    FROM clients c
    WHERE d.device_hash = $1 AND d.client_id = $2 AND c.client_id = d.client_id AND c.status = 'active'
    RETURNING d.state, d.expires_at <= clock_timestamp() AS expired, d.early, d.error, d.error_description, d.client_id,
      c.revision AS client_revision`,
};

/**
 * A device asks for its tokens. The one statement counts that and says what to answer, on whichever node it asks. Undefined if
 * this client has no such code: a code of another client is not touched.
 */
export async function pollDevice(db: Db, deviceHash: Buffer, clientId: string): Promise<Polled | undefined> {
  const [row] = await db.run<Polled>(pollStatement, [deviceHash, clientId]);
  return row;
}

/** What a browser may still decide about: an authorization that waits, for everybody or for this browser. $2 is the browser. */
const open = `state = 'pending' AND expires_at > clock_timestamp() AND (confirmed_by IS NULL OR confirmed_by = $2)`;
const onRecord = (change: string) =>
  `WITH changed AS (${change} RETURNING 1) SELECT append_audit($3, $4, $5, $6, $7) FROM changed`;

const confirmStatement: Statement = {
  name: 'device-code-confirm',
  text: onRecord(
    `UPDATE device_codes SET confirmed_by = $2, confirmed_at = coalesce(confirmed_at, clock_timestamp())
      WHERE device_hash = $1 AND ${open}`,
  ),
};

/** Gives the authorization to one browser, with its audit event. Returns false if another one has it, or it is over. */
export async function confirmDevice(
  db: Db,
  { deviceHash, browser }: { deviceHash: Buffer; browser: Buffer },
  event: NewAuditEvent,
): Promise<boolean> {
  return (await db.run(confirmStatement, [deviceHash, browser, ...appendValues(event)])).length === 1;
}

const denyStatement: Statement = {
  name: 'device-code-deny',
  text: onRecord(
    `UPDATE device_codes SET state = 'denied', error = $8, error_description = $9 WHERE device_hash = $1 AND ${open}`,
  ),
};

/** Ends the authorization, with its audit event. Returns false if another browser has it, or it is over. */
export async function denyDevice(
  db: Db,
  { deviceHash, browser }: { deviceHash: Buffer; browser: Buffer },
  { error, description }: { error: string; description: string | undefined },
  event: NewAuditEvent,
): Promise<boolean> {
  const values = [deviceHash, browser, ...appendValues(event), error, description ?? null];
  return (await db.run(denyStatement, values)).length === 1;
}

/** A part of a statement that locks an authorization which waits, if the table expression `from` has a row. */
export function lockDeviceSql({ add }: Parameters, deviceHash: Buffer, from: string): string {
  return `SELECT 1 FROM device_codes WHERE device_hash = ${add(deviceHash)} AND state = 'pending'
      AND expires_at > clock_timestamp() AND EXISTS (SELECT FROM ${from}) FOR UPDATE`;
}

/** A part of a statement that marks it as allowed, if `from` has a row. */
export function allowDeviceSql({ add }: Parameters, deviceHash: Buffer, from: string): string {
  return `UPDATE device_codes SET state = 'allowed' WHERE device_hash = ${add(deviceHash)} AND EXISTS (SELECT FROM ${from})`;
}

const purgeStatement: Statement = {
  name: 'device-codes-purge',
  text: `DELETE FROM device_codes WHERE device_hash IN (
      SELECT device_hash FROM device_codes WHERE expires_at < now() - interval '1 hour' LIMIT $1 FOR UPDATE SKIP LOCKED)
    RETURNING 1`,
};

/** Deletes up to `limit` rows an hour after they expired, so that devices are told why, and returns their number. */
export async function purgeDeviceCodes(db: Db, limit: number): Promise<number> {
  return (await db.run(purgeStatement, [limit])).length;
}
