/**
 * The form of refresh tokens: `vcs_rt_` + base64url(handle, generation, MAC) + checksum. The handle names the family.
 * The MAC proves that this server issued exactly this generation. The checksum lets scanners recognise a leaked token.
 * A forged or damaged token is refused before any query.
 */
import { randomBytes } from 'node:crypto';
import { formatSecret, hasValidChecksum } from '../policy/token-format.ts';
import { type Sealer, sha256 } from '../store/sealer.ts';

export interface RefreshTokens {
  /** Makes the first token of a new family. */
  first(): string;
  /** Returns the token that follows `token`: the same one every time. */
  successor(token: string): string;
  /** Reads a genuine token; undefined for anything else. */
  parse(token: string): { handle: string; handleHash: Buffer; generation: number } | undefined;
}

const prefix = 'vcs_rt_';
const handleBytes = 20;
const generationBytes = 4;
const macBytes = 18;
/**
 * The three lengths add up to a multiple of three bytes, so base64url has no unused bits and every token has one
 * spelling.
 */
const bodyLength = ((handleBytes + generationBytes + macBytes) / 3) * 4;

export function createRefreshTokens(sealer: Sealer): RefreshTokens {
  const make = (handle: Buffer, generation: number): string => {
    const named = Buffer.alloc(handleBytes + generationBytes);
    handle.copy(named);
    named.writeUInt32BE(generation, handleBytes);
    const mac = sealer.mac('refresh token', named.toString('base64url')).subarray(0, macBytes);
    return formatSecret(prefix, Buffer.concat([named, mac]).toString('base64url'));
  };
  const read = (token: string): { handle: Buffer; generation: number } | undefined => {
    if (!token.startsWith(prefix) || !hasValidChecksum(token)) return undefined;
    const body = token.slice(prefix.length, prefix.length + bodyLength);
    const bytes = Buffer.from(body, 'base64url');
    if (bytes.length !== handleBytes + generationBytes + macBytes) return undefined;
    const named = bytes.subarray(0, handleBytes + generationBytes);
    const mac = bytes.subarray(handleBytes + generationBytes);
    if (!sealer.verifyMac('refresh token', named.toString('base64url'), mac)) return undefined;
    return { handle: named.subarray(0, handleBytes), generation: named.readUInt32BE(handleBytes) };
  };
  return {
    first: () => make(randomBytes(handleBytes), 0),
    successor(token) {
      const parsed = read(token);
      if (!parsed) throw new Error('only a genuine refresh token has a successor');
      return make(parsed.handle, parsed.generation + 1);
    },
    parse(token) {
      const parsed = read(token);
      if (!parsed) return undefined;
      const { handle, generation } = parsed;
      return { handle: handle.toString('base64url'), handleHash: sha256(handle), generation };
    },
  };
}
