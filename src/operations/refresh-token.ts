/**
 * The form of refresh tokens: `vcs_rt_` + base64url(handle, generation, branch, MAC) + checksum. The handle names the
 * family. The MAC proves that this server issued exactly this token. The checksum lets scanners recognise a leaked token.
 * A forged or damaged token is refused before any query.
 *
 * There are two versions, which differ in length. Tokens of branch 0 do not contain it, as before there were forks: nodes of
 * that release still read them while the next one is rolled out.
 */
import { randomBytes } from 'node:crypto';
import type { Position } from '../policy/refresh.ts';
import { checksumLength, formatSecret, hasValidChecksum } from '../policy/token-format.ts';
import { type Sealer, sha256 } from '../store/sealer.ts';

export interface RefreshTokens {
  /** Makes the first token of a new family. */
  first(): string;
  /** Returns the token of a family at a position: the same one every time. */
  at(handle: string, position: Position): string;
  /** Reads a genuine token; undefined for anything else. */
  parse(token: string): ParsedRefreshToken | undefined;
}

export interface ParsedRefreshToken extends Position {
  readonly handle: string;
  readonly handleHash: Buffer;
}

const prefix = 'vcs_rt_';
const handleBytes = 20;
const generationBytes = 4;
const macBytes = 18;

/**
 * The lengths of a version add up to a multiple of three bytes, so base64url has no unused bits and every token has one
 * spelling.
 */
const versions = [
  { branchBytes: 0, purpose: 'refresh token' },
  { branchBytes: 3, purpose: 'refresh token with branch' },
] as const;
type Version = (typeof versions)[number];
const lengthOf = ({ branchBytes }: Version) => handleBytes + generationBytes + branchBytes + macBytes;

/** Whether a text has the form of one, genuine or not. No other token of ours begins like it. */
export function isRefreshToken(token: string): boolean {
  return token.startsWith(prefix);
}

export function createRefreshTokens(sealer: Sealer): RefreshTokens {
  const macOf = ({ purpose }: Version, named: Buffer) =>
    sealer.mac(purpose, named.toString('base64url')).subarray(0, macBytes);

  const make = (handle: Buffer, { generation, branch }: Position): string => {
    const version = branch === 0 ? versions[0] : versions[1];
    const { branchBytes } = version;
    const named = Buffer.alloc(handleBytes + generationBytes + branchBytes);
    handle.copy(named);
    named.writeUInt32BE(generation, handleBytes);
    if (branchBytes > 0) named.writeUIntBE(branch, handleBytes + generationBytes, branchBytes);
    return formatSecret(prefix, Buffer.concat([named, macOf(version, named)]).toString('base64url'));
  };

  const read = (token: string): (Position & { handle: Buffer }) | undefined => {
    if (!isRefreshToken(token) || !hasValidChecksum(token)) return undefined;
    const body = token.slice(prefix.length, -checksumLength);
    const bytes = Buffer.from(body, 'base64url');
    const version = versions.find((one) => lengthOf(one) === bytes.length);
    if (!version || bytes.toString('base64url') !== body) return undefined;
    const { branchBytes, purpose } = version;
    const named = bytes.subarray(0, handleBytes + generationBytes + branchBytes);
    if (!sealer.verifyMac(purpose, named.toString('base64url'), bytes.subarray(named.length))) return undefined;
    return {
      handle: named.subarray(0, handleBytes),
      generation: named.readUInt32BE(handleBytes),
      branch: branchBytes > 0 ? named.readUIntBE(handleBytes + generationBytes, branchBytes) : 0,
    };
  };

  return {
    first: () => make(randomBytes(handleBytes), { generation: 0, branch: 0 }),
    at: (handle, position) => make(Buffer.from(handle, 'base64url'), position),
    parse(token) {
      const parsed = read(token);
      return parsed && { ...parsed, handle: parsed.handle.toString('base64url'), handleHash: sha256(parsed.handle) };
    },
  };
}
