/**
 * The beginning of the audit log, after old rows were removed. Before the first row goes, an event in the log says up to which
 * place of the chain and with which hash, with a proof whose key is not in the database. So a beginning is right if such an event
 * covers it: nobody who can only write to the database can remove more, or move the beginning.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ChainFault, ChainHead, SealKey } from './audit-chain.ts';

export const removalAction = 'audit.trimmed';

/** Where the log begins, and what the log says about it. */
export interface LogBeginning {
  /** The last row that was removed; place 0 and an empty hash if none was. */
  readonly anchor: ChainHead;
  /** Newest first, and some of them perhaps written by somebody else. */
  readonly announced: readonly AnnouncedRow[];
}

/** A sealed event that says that rows are removed. */
export interface AnnouncedRow {
  readonly seq: string;
  readonly details: unknown;
  /** Older than the time between two such events. */
  readonly due: boolean;
  /** The hash of the row up to which it removes; null if that row is gone. */
  readonly hash_there: Buffer | null;
}

export interface Removal {
  readonly upTo: bigint;
  readonly hash: Buffer;
  /** Names the key of the proof. */
  readonly keyId: string;
  readonly row: AnnouncedRow;
}

/** What the event says, in its details, beside facts for readers. */
export function removalDetails({ seq: upTo, hash }: ChainHead, { id, key }: SealKey) {
  return {
    up_to: String(upTo),
    hash: hash.toString('hex'),
    key_id: id.toString('hex'),
    proof: proofOf(key, upTo, hash).toString('hex'),
  };
}

/** Returns the newest removal that a server began, and what is wrong if the log begins somewhere else than it says. */
export function checkBeginning(
  { anchor, announced }: LogBeginning,
  keys: readonly SealKey[],
): { readonly removal?: Removal; readonly fault?: ChainFault } {
  const read = announced.flatMap((row) => readRemoval(row) ?? []);
  const removal = read.find((one) => keys.length === 0 || isProven(one, keys));
  if (!removal) return anchor.seq === 0n ? {} : { fault: uncovered(anchor, read, keys) };
  const { upTo, hash, row } = removal;
  const there = upTo === anchor.seq ? anchor.hash : row.hash_there;
  if (upTo < anchor.seq) {
    return {
      fault: missing(anchor, `row ${row.seq} tells of a removal up to place ${upTo} and not up to ${anchor.seq}`),
    };
  }
  if (there?.equals(hash)) return { removal };
  const problem = `Row ${row.seq} names another hash for place ${upTo} of the chain: the beginning of the log was changed.`;
  return { fault: { seq: row.seq, kind: 'changed', problem } };
}

function uncovered(anchor: ChainHead, read: readonly Removal[], keys: readonly SealKey[]): ChainFault {
  const foreign = read.find(({ keyId }) => !keyOf(keyId, keys));
  if (!foreign) return missing(anchor, 'no server tells in the log that it removed them');
  const problem =
    `Row ${foreign.row.seq}, which tells up to which row the log was removed, was made with a secret that is not among SECRETS. ` +
    'Put that secret into SECRETS, after the others.';
  return { seq: foreign.row.seq, kind: 'changed', problem };
}

const missing = ({ seq }: ChainHead, why: string): ChainFault => ({
  seq: '1',
  kind: 'missing',
  problem: `Rows up to place ${seq} of the chain are missing: ${why}.`,
});

/** Returns undefined if the details are not those of a removal. */
function readRemoval(row: AnnouncedRow): Removal | undefined {
  const { up_to: upTo, hash, key_id: keyId } = Object(row.details) as Record<string, unknown>;
  if (typeof upTo !== 'string' || !/^\d{1,18}$/.test(upTo)) return undefined;
  if (typeof hash !== 'string' || typeof keyId !== 'string') return undefined;
  return { upTo: BigInt(upTo), hash: Buffer.from(hash, 'hex'), keyId, row };
}

const keyOf = (keyId: string, keys: readonly SealKey[]) => keys.find(({ id }) => id.toString('hex') === keyId);

function isProven({ upTo, hash, keyId, row }: Removal, keys: readonly SealKey[]): boolean {
  const key = keyOf(keyId, keys);
  const { proof } = Object(row.details) as Record<string, unknown>;
  if (!key || typeof proof !== 'string') return false;
  const [right, given] = [proofOf(key.key, upTo, hash), Buffer.from(proof, 'hex')];
  return right.length === given.length && timingSafeEqual(right, given);
}

/** No seal has this form: theirs begin with the number. */
function proofOf(key: Buffer, upTo: bigint, hash: Buffer): Buffer {
  return createHmac('sha256', key).update(`removed up to ${upTo}:`).update(hash).digest();
}
