/**
 * The form of refresh tokens: `vcs_rt_` + base64url(handle, generation, branch, MAC) + checksum. The handle names the
 * family, the MAC proves that we made exactly this token of it, the checksum lets scanners recognise a leaked one. A forged
 * or damaged token is known for what it is before any query.
 *
 * There are two versions, told apart by their length. Tokens of branch 0 have none in them: they were issued before there
 * were forks, and a node of that release still reads them while a new one is rolled out.
 */
import { randomBytes } from 'node:crypto';
import type { Position } from '../policy/refresh.ts';
import { checksumLength, formatSecret, hasValidChecksum } from '../policy/token-format.ts';
import { type Sealer, sha256 } from '../store/sealer.ts';

export interface RefreshTokens {
  /** A new family's first token. */
  first(): string;
  /** The token of a family at a position, always the same one. */
  at(handle: string, position: Position): string;
  /** What a genuine token says, undefined for anything else. */
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

/** All parts of a version are a multiple of three bytes, so base64url has no unused bits and one token has one spelling. */
const versions = [
  { branchBytes: 0, purpose: 'refresh token' },
  { branchBytes: 3, purpose: 'refresh token with branch' },
] as const;
type Version = (typeof versions)[number];
const lengthOf = ({ branchBytes }: Version) => handleBytes + generationBytes + branchBytes + macBytes;

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
    if (!token.startsWith(prefix) || !hasValidChecksum(token)) return undefined;
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
