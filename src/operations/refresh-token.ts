/**
 * The form of refresh tokens: `vcs_rt_` + base64url(handle, generation, branch, MAC) + checksum. The handle names the
 * family. The MAC proves that this server issued exactly this token. The checksum lets scanners recognise a leaked token.
 * A forged or damaged token is refused before any query.
 *
 * There are four versions, which differ in length. Tokens of branch 0 do not contain it, as before there were forks: nodes of
 * that release still read them while the next one is rolled out. On a distributed database the handle begins with the account,
 * which tells where the family is stored; anybody who has a token of the family knows the account from `sub`.
 */
import { randomBytes } from 'node:crypto';
import type { Position } from '../policy/refresh.ts';
import { checksumLength, formatSecret, hasValidChecksum } from '../policy/token-format.ts';
import { type Sealer, sha256 } from '../store/sealer.ts';

export interface RefreshTokens {
  /** Makes the first token of a new family. If `accountId` is given, the token names the account. */
  first(accountId?: string): string;
  /** Returns the token of a family at a position: the same one every time. */
  at(handle: string, position: Position): string;
  /** Reads a genuine token; undefined for anything else. */
  parse(token: string): ParsedRefreshToken | undefined;
}

export interface ParsedRefreshToken extends Position {
  readonly handle: string;
  readonly handleHash: Buffer;
  /** The account of the family, if the token names it. */
  readonly accountId: string | undefined;
}

const prefix = 'vcs_rt_';
const handleBytes = 20;
const accountBytes = 16;
/** An account and 128 random bits. */
const longHandleBytes = accountBytes + 16;
const generationBytes = 4;
const macBytes = 18;

/**
 * The lengths of a version add up to a multiple of three bytes, so base64url has no unused bits and every token has one
 * spelling.
 */
const versions = [
  { handleBytes, branchBytes: 0, purpose: 'refresh token' },
  { handleBytes, branchBytes: 3, purpose: 'refresh token with branch' },
  { handleBytes: longHandleBytes, branchBytes: 0, purpose: 'refresh token with account' },
  { handleBytes: longHandleBytes, branchBytes: 3, purpose: 'refresh token with account and branch' },
] as const;
type Version = (typeof versions)[number];
const nameLengthOf = ({ handleBytes, branchBytes }: Version) => handleBytes + generationBytes + branchBytes;
const lengthOf = (version: Version) => nameLengthOf(version) + macBytes;

/** Whether a text has the form of one, genuine or not. No other token of ours begins like it. */
export function isRefreshToken(token: string): boolean {
  return token.startsWith(prefix);
}

export function createRefreshTokens(sealer: Sealer): RefreshTokens {
  const macOf = ({ purpose }: Version, named: Buffer) =>
    sealer.mac(purpose, named.toString('base64url')).subarray(0, macBytes);

  const make = (handle: Buffer, { generation, branch }: Position): string => {
    const version = versions.find((one) => one.handleBytes === handle.length && one.branchBytes > 0 === branch > 0);
    if (!version) throw new Error('no version of refresh tokens has such a handle');
    const { branchBytes } = version;
    const named = Buffer.alloc(nameLengthOf(version));
    handle.copy(named);
    named.writeUInt32BE(generation, handle.length);
    if (branchBytes > 0) named.writeUIntBE(branch, handle.length + generationBytes, branchBytes);
    return formatSecret(prefix, Buffer.concat([named, macOf(version, named)]).toString('base64url'));
  };

  const read = (token: string): (Position & { handle: Buffer }) | undefined => {
    if (!isRefreshToken(token) || !hasValidChecksum(token)) return undefined;
    const body = token.slice(prefix.length, -checksumLength);
    const bytes = Buffer.from(body, 'base64url');
    const version = versions.find((one) => lengthOf(one) === bytes.length);
    if (!version || bytes.toString('base64url') !== body) return undefined;
    const { handleBytes, branchBytes, purpose } = version;
    const named = bytes.subarray(0, nameLengthOf(version));
    if (!sealer.verifyMac(purpose, named.toString('base64url'), bytes.subarray(named.length))) return undefined;
    return {
      handle: named.subarray(0, handleBytes),
      generation: named.readUInt32BE(handleBytes),
      branch: branchBytes > 0 ? named.readUIntBE(handleBytes + generationBytes, branchBytes) : 0,
    };
  };

  return {
    first: (accountId) => make(newHandle(accountId), { generation: 0, branch: 0 }),
    at: (handle, position) => make(Buffer.from(handle, 'base64url'), position),
    parse(token) {
      const parsed = read(token);
      if (!parsed) return undefined;
      const { handle, ...position } = parsed;
      const accountId = accountOf(handle);
      return { ...position, handle: handle.toString('base64url'), handleHash: sha256(handle), accountId };
    },
  };
}

const accountPrefix = 'acc_';

function newHandle(accountId: string | undefined): Buffer {
  const account = Buffer.from(accountId?.slice(accountPrefix.length) ?? '', 'base64url');
  const handle = Buffer.concat([account, randomBytes(longHandleBytes - accountBytes)]);
  // Only what reads as the same account again.
  return accountId !== undefined && handle.length === longHandleBytes && accountOf(handle) === accountId
    ? handle
    : randomBytes(handleBytes);
}

function accountOf(handle: Buffer): string | undefined {
  if (handle.length !== longHandleBytes) return undefined;
  return accountPrefix + handle.subarray(0, accountBytes).toString('base64url');
}
