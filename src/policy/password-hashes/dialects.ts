/**
 * The dialects of password hashes that are read. Each has a pattern of the whole text, and a function that turns its groups
 * into a hash. Numbers are checked in limits.ts, so that every dialect has the same limits.
 */
import type { Argon2Hash, BcryptHash, PasswordHash, PbkdfDigest } from './hash.ts';

interface Dialect {
  readonly pattern: RegExp;
  /** Returns undefined if it is malformed. */
  readonly read: (groups: Readonly<Record<string, string>>) => PasswordHash | undefined;
}

/** The alphabets of PHC strings, of URLs and of passlib, with and without padding. */
const base64 = '[A-Za-z\\d+/._-]+={0,2}';

export const dialects: readonly Dialect[] = [
  {
    // PHC, and Django, which puts its own name in front.
    pattern: new RegExp(
      `^(?:argon2)?\\$(?<scheme>argon2(?:id|i|d))(?:\\$v=(?<version>\\d+))?\\$(?<costs>[a-z\\d=,]+)\\$(?<salt>${base64})\\$(?<digest>${base64})$`,
    ),
    read: ({ scheme, version = '16', costs = '', salt, digest }) => {
      const { m, t, p, ...others } = numbersOf(costs);
      if (Object.keys(others).length > 0 || m === undefined || t === undefined || p === undefined) return undefined;
      return {
        scheme: scheme as Argon2Hash['scheme'],
        version: Number(version),
        memoryKib: m,
        passes: t,
        lanes: p,
        salt: bytes(salt),
        digest: bytes(digest),
      };
    },
  },
  {
    // crypt(3), and the two that Django writes.
    pattern: /^(?<django>bcrypt(?:_sha256)?\$)?\$(?<variant>2[aby])\$(?<rounds>\d\d)\$(?<tail>[A-Za-z\d./]{53})$/,
    read: ({ django, variant, rounds, tail = '' }) => ({
      scheme: 'bcrypt',
      sha256First: django === 'bcrypt_sha256$',
      variant: variant as BcryptHash['variant'],
      logRounds: Number(rounds),
      tail,
    }),
  },
  {
    // PHC, as passlib writes it.
    pattern: new RegExp(`^\\$scrypt\\$(?<costs>[a-z\\d=,]+)\\$(?<salt>${base64})\\$(?<digest>${base64})$`),
    read: ({ costs = '', salt, digest }) => {
      const { ln, r, p, ...others } = numbersOf(costs);
      if (Object.keys(others).length > 0 || ln === undefined || r === undefined || p === undefined) return undefined;
      return { scheme: 'scrypt', logCost: ln, blockSize: r, lanes: p, salt: bytes(salt), digest: bytes(digest) };
    },
  },
  {
    // Werkzeug. The salt is text.
    pattern: /^scrypt:(?<cost>\d+):(?<r>\d+):(?<p>\d+)\$(?<salt>[^$]+)\$(?<digest>(?:[\da-f]{2})+)$/i,
    read: ({ cost, r, p, salt = '', digest = '' }) =>
      scrypt({ cost, r, p }, Buffer.from(salt), Buffer.from(digest, 'hex')),
  },
  {
    // Django. The salt is text.
    pattern: new RegExp(`^scrypt\\$(?<cost>\\d+)\\$(?<salt>[^$]+)\\$(?<r>\\d+)\\$(?<p>\\d+)\\$(?<digest>${base64})$`),
    read: ({ cost, r, p, salt = '', digest }) => scrypt({ cost, r, p }, Buffer.from(salt), bytes(digest)),
  },
  {
    // Firebase, in the form of Supabase: the parameters of the project, then salt and hash of the account.
    pattern: new RegExp(
      `^\\$fbscrypt\\$v=1,n=(?<n>\\d+),r=(?<r>\\d+),p=1,ss=(?<separator>${base64}),sk=(?<key>${base64})\\$(?<salt>${base64})\\$(?<digest>${base64})$`,
    ),
    read: ({ n, r, separator, key, salt, digest }) => ({
      scheme: 'fbscrypt',
      logCost: Number(n),
      blockSize: Number(r),
      lanes: 1,
      saltSeparator: bytes(separator),
      signerKey: bytes(key),
      salt: bytes(salt),
      digest: bytes(digest),
    }),
  },
  {
    // passlib (`29000`) and PHC (`i=29000,l=32`).
    pattern: new RegExp(
      `^\\$pbkdf2(?:-(?<algorithm>sha1|sha256|sha512))?\\$(?:i=)?(?<iterations>\\d+)(?:,l=(?<length>\\d+))?\\$(?<salt>${base64})\\$(?<digest>${base64})$`,
    ),
    read: ({ algorithm = 'sha1', iterations, length, salt, digest }) => {
      const hash = bytes(digest);
      if (length !== undefined && Number(length) !== hash.length) return undefined;
      return pbkdf2(algorithm, iterations, bytes(salt), hash);
    },
  },
  {
    // Django. The salt is text.
    pattern: new RegExp(
      `^pbkdf2_(?<algorithm>sha1|sha256|sha512)\\$(?<iterations>\\d+)\\$(?<salt>[^$]+)\\$(?<digest>${base64})$`,
    ),
    read: ({ algorithm, iterations, salt = '', digest }) =>
      pbkdf2(algorithm, iterations, Buffer.from(salt), bytes(digest)),
  },
  {
    // Werkzeug. The salt is text.
    pattern:
      /^pbkdf2:(?<algorithm>sha1|sha256|sha512):(?<iterations>\d+)\$(?<salt>[^$]+)\$(?<digest>(?:[\da-f]{2})+)$/i,
    read: ({ algorithm, iterations, salt = '', digest = '' }) =>
      pbkdf2(algorithm, iterations, Buffer.from(salt), Buffer.from(digest, 'hex')),
  },
];

/** Accepts the alphabets above: passlib writes `.` for `+`, and URLs have `-` and `_`. */
function bytes(text = ''): Buffer {
  return Buffer.from(text.replaceAll('.', '+'), 'base64');
}

function pbkdf2(algorithm = '', iterations = '', salt: Buffer, digest: Buffer): PasswordHash {
  return {
    scheme: 'pbkdf2',
    algorithm: algorithm.toLowerCase() as PbkdfDigest,
    iterations: Number(iterations),
    salt,
    digest,
  };
}

/** These dialects write the cost itself, a power of two, where PHC writes its logarithm. */
function scrypt(
  { cost, r, p }: { cost: string | undefined; r: string | undefined; p: string | undefined },
  salt: Buffer,
  digest: Buffer,
): PasswordHash | undefined {
  const logCost = Math.log2(Number(cost));
  if (!Number.isInteger(logCost)) return undefined;
  return { scheme: 'scrypt', logCost, blockSize: Number(r), lanes: Number(p), salt, digest };
}

/** Reads `m=65536,t=3,p=4`. A cost that is given twice or is not a number gets a name that no dialect has. */
function numbersOf(costs: string): Partial<Record<string, number>> {
  const read: Partial<Record<string, number>> = {};
  for (const cost of costs.split(',')) {
    const [, name = '', number] = /^([a-z]+)=(\d+)$/.exec(cost) ?? [];
    read[name in read ? '' : name] = Number(number ?? 0);
  }
  return read;
}
