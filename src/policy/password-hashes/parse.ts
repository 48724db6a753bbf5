/** Reads a password hash of another system, and writes it in the one form of its scheme in which it is stored. */
import { dialects } from './dialects.ts';
import type { Argon2Hash, PasswordHash } from './hash.ts';
import { keycloakHash } from './keycloak.ts';
import { hashProblem } from './limits.ts';

/** Longer texts are not even looked at. */
const maxChars = 1_024;

export type ParsedHash = { readonly hash: PasswordHash } | { readonly problem: string };

const unknown = { problem: 'is not in a format that is supported' };

/** Reads a text in one of the dialects, or the credential of a Keycloak export. The problem never quotes the hash. */
export function parsePasswordHash(given: unknown): ParsedHash {
  const text = typeof given === 'object' && given !== null ? keycloakHash(given) : given;
  if (typeof text !== 'string' || text.length > maxChars) return unknown;
  for (const { pattern, read } of dialects) {
    const groups = pattern.exec(text)?.groups;
    if (!groups) continue;
    const hash = read(groups);
    const problem = hash ? hashProblem(hash) : 'is malformed';
    return hash && problem === undefined ? { hash } : { problem: problem ?? 'is malformed' };
  }
  return unknown;
}

/** Returns the stored form. `parsePasswordHash` reads it back. */
export function formatPasswordHash(hash: PasswordHash): string {
  switch (hash.scheme) {
    case 'bcrypt': {
      const encoded = `$${hash.variant}$${String(hash.logRounds).padStart(2, '0')}$${hash.tail}`;
      return hash.sha256First ? `bcrypt_sha256$${encoded}` : encoded;
    }
    case 'scrypt':
      return `$scrypt$ln=${hash.logCost},r=${hash.blockSize},p=${hash.lanes}$${ends(hash)}`;
    case 'fbscrypt': {
      const project = `ss=${hash.saltSeparator.toString('base64')},sk=${hash.signerKey.toString('base64')}`;
      return `$fbscrypt$v=1,n=${hash.logCost},r=${hash.blockSize},p=1,${project}$${ends(hash)}`;
    }
    case 'pbkdf2':
      return `$pbkdf2-${hash.algorithm}$i=${hash.iterations},l=${hash.digest.length}$${ends(hash)}`;
    default:
      return argon2Text(hash);
  }
}

function argon2Text(hash: Argon2Hash): string {
  const { scheme, version, memoryKib, passes, lanes } = hash;
  return `$${scheme}$v=${version}$m=${memoryKib},t=${passes},p=${lanes}$${ends(hash)}`;
}

/**
 * Returns a hash that no password has, and that takes as long to verify as this one. Two accounts whose hashes have the same
 * costs get the same text.
 */
export function decoyHashOf(hash: PasswordHash): string {
  if (hash.scheme === 'bcrypt') return formatPasswordHash({ ...hash, tail: '.'.repeat(hash.tail.length) });
  const zeros = { salt: Buffer.alloc(16), digest: Buffer.alloc(hash.digest.length) };
  if (hash.scheme !== 'fbscrypt') return formatPasswordHash({ ...hash, ...zeros });
  return formatPasswordHash({ ...hash, ...zeros, signerKey: Buffer.alloc(hash.signerKey.length) });
}

const ends = ({ salt, digest }: { salt: Buffer; digest: Buffer }) => `${unpadded(salt)}$${unpadded(digest)}`;

const unpadded = (data: Buffer) => data.toString('base64').replace(/=+$/, '');
