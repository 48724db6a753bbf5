/** Verifies passwords against hashes of other systems, on the thread pool. */
import { createCipheriv, createHash, pbkdf2, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { BcryptHash, FirebaseHash, PasswordHash, Pbkdf2Hash, ScryptHash } from '../policy/password-hashes/hash.ts';
import { formatPasswordHash, parsePasswordHash } from '../policy/password-hashes/parse.ts';

type Argon2Verify = (encoded: string, password: string) => Promise<boolean>;

/**
 * Other systems hashed what was typed. A password whose normalised form differs is tried in both, because a hash of argon2 may
 * be ours with older parameters.
 */
export async function verifyForeign(
  stored: string,
  { typed, normal }: { typed: string; normal: string },
  argon2Verify: Argon2Verify,
): Promise<boolean> {
  const parsed = parsePasswordHash(stored);
  // Its library says what is wrong with it.
  if ('problem' in parsed) return argon2Verify(stored, normal);
  for (const password of new Set([typed, normal])) {
    if (await verify(parsed.hash, password, argon2Verify)) return true;
  }
  return false;
}

function verify(hash: PasswordHash, password: string, argon2Verify: Argon2Verify): Promise<boolean> {
  switch (hash.scheme) {
    case 'bcrypt':
      return verifyBcrypt(hash, password);
    case 'scrypt':
      return matches(hash, scryptOf(password, hash.salt, hash.digest.length, hash));
    case 'fbscrypt':
      return matches(hash, firebaseOf(password, hash));
    case 'pbkdf2':
      return matches(hash, pbkdf2Of(password, hash));
    default:
      return argon2Verify(formatPasswordHash(hash), password);
  }
}

async function matches({ digest }: { digest: Buffer }, derived: Promise<Buffer>): Promise<boolean> {
  const made = await derived;
  return made.length === digest.length && timingSafeEqual(made, digest);
}

/** The library is loaded with the first such hash. */
async function verifyBcrypt(hash: BcryptHash, password: string): Promise<boolean> {
  const bcrypt = await import('@node-rs/bcrypt');
  const hashed = hash.sha256First ? createHash('sha256').update(password).digest('hex') : password;
  return bcrypt.verify(hashed, formatPasswordHash({ ...hash, sha256First: false }));
}

const pbkdf2Async = promisify(pbkdf2);

function pbkdf2Of(password: string, { salt, iterations, digest, algorithm }: Pbkdf2Hash): Promise<Buffer> {
  return pbkdf2Async(password, salt, iterations, digest.length, algorithm);
}

function scryptOf(
  password: string,
  salt: Buffer,
  length: number,
  { logCost, blockSize, lanes }: Pick<ScryptHash, 'logCost' | 'blockSize' | 'lanes'>,
): Promise<Buffer> {
  const cost = 2 ** logCost;
  // Node's own limit is 32 MiB. What a hash may take was decided when it was parsed.
  const maxmem = 128 * blockSize * (cost + lanes + 2);
  const options: ScryptOptions = { cost, blockSize, parallelization: lanes, maxmem };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, length, options, (error, derived) => (error ? reject(error) : resolve(derived)));
  });
}

const firebaseKeyBytes = 32;

/** https://github.com/firebase/scrypt: scrypt derives an AES key, which encrypts the key of the project. */
async function firebaseOf(password: string, hash: FirebaseHash): Promise<Buffer> {
  const salt = Buffer.concat([hash.salt, hash.saltSeparator]);
  const key = await scryptOf(password, salt, firebaseKeyBytes, hash);
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(hash.signerKey);
}
