/**
 * What a hash may cost to verify. A sign-in verifies it while others wait for their turn, so a file of accounts must not be
 * able to hold the server up. The limits are above what the documentation of each scheme recommends.
 */
import type { PasswordHash, Pbkdf2Hash } from './hash.ts';

const mib = 1024 * 1024;

const maxMemoryBytes = 128 * mib;
/** Memory that is written in all passes together: about a second on a slow core. */
const maxWrittenBytes = 1024 * mib;
/** For a digest of one block; one of two takes twice as long. */
const maxPbkdf2Iterations = 2_000_000;
const pbkdf2BlockBytes = { sha1: 20, sha256: 32, sha512: 64 } as const;
const bcryptRounds = { min: 4, max: 14 };
const saltBytes = { min: 4, max: 256 };
/** Digests are compared in full. A shorter one would match other passwords too. */
const digestBytes = { min: 16, max: 256 };
const maxLanes = 16;

const malformed = 'is malformed';
const tooCostly = 'takes too much time or memory to verify';

/** Returns why a hash is refused; undefined if it is accepted. */
export function hashProblem(hash: PasswordHash): string | undefined {
  if (hash.scheme === 'bcrypt') return bcryptProblem(hash.logRounds);
  const { salt, digest } = hash;
  if (!within(salt.length, saltBytes)) return `must have a salt of ${saltBytes.min} to ${saltBytes.max} bytes`;
  if (!within(digest.length, digestBytes)) {
    return `must have a digest of ${digestBytes.min} to ${digestBytes.max} bytes`;
  }
  if (hash.scheme === 'pbkdf2') return pbkdf2Problem(hash);
  return memoryProblem(hash);
}

function bcryptProblem(logRounds: number): string | undefined {
  if (logRounds < bcryptRounds.min) return malformed;
  return logRounds > bcryptRounds.max ? tooCostly : undefined;
}

function pbkdf2Problem({ algorithm, iterations, digest }: Pbkdf2Hash): string | undefined {
  if (iterations < 1) return malformed;
  const blocks = Math.ceil(digest.length / pbkdf2BlockBytes[algorithm]);
  return iterations * blocks > maxPbkdf2Iterations ? tooCostly : undefined;
}

function memoryProblem(hash: Exclude<PasswordHash, { scheme: 'bcrypt' | 'pbkdf2' }>): string | undefined {
  if ('passes' in hash) {
    const { memoryKib, passes, lanes, version } = hash;
    if (version !== 16 && version !== 19) return malformed;
    if (lanes < 1 || passes < 1 || memoryKib < 8 * lanes) return malformed;
    return costProblem(memoryKib * 1024, passes, lanes);
  }
  const { logCost, blockSize, lanes } = hash;
  if (logCost < 1 || blockSize < 1 || lanes < 1) return malformed;
  // RFC 7914 §2.
  if (logCost >= 16 * blockSize) return malformed;
  return costProblem(128 * blockSize * 2 ** logCost, lanes, lanes);
}

function costProblem(memoryBytes: number, times: number, lanes: number): string | undefined {
  const isAffordable = memoryBytes <= maxMemoryBytes && memoryBytes * times <= maxWrittenBytes && lanes <= maxLanes;
  return isAffordable ? undefined : tooCostly;
}

const within = (value: number, { min, max }: { min: number; max: number }) => value >= min && value <= max;
