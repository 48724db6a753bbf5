/** Password hashes of other systems: which are read, which are refused, and the form in which each is stored. */
import { describe, expect, it } from 'vitest';
import { decoyHashOf, formatPasswordHash, parsePasswordHash } from '../../src/policy/password-hashes/parse.ts';
import { foreignHashes } from '../support/foreign-hashes.ts';

const hashOf = (text: unknown) => {
  const parsed = parsePasswordHash(text);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed.hash;
};
const problemOf = (text: unknown) => {
  const parsed = parsePasswordHash(text);
  return 'problem' in parsed ? parsed.problem : undefined;
};

const salt = Buffer.alloc(16, 7).toString('base64').replace(/=+$/, '');
const digest = Buffer.alloc(32, 8).toString('base64').replace(/=+$/, '');
const argon2 = (costs: string, version = '$v=19') => `$argon2id${version}$${costs}$${salt}$${digest}`;
const scrypt = (costs: string) => `$scrypt$${costs}$${salt}$${digest}`;
const bcrypt = (rounds: string) => `$2b$${rounds}$${'a'.repeat(53)}`;

describe('the stored form', () => {
  it.each(foreignHashes)('of $dialect is read back as the same hash', ({ hash }) => {
    const parsed = hashOf(hash);
    const stored = formatPasswordHash(parsed);
    expect(stored).toMatch(/^\$|^bcrypt_sha256\$\$/);
    expect(hashOf(stored)).toEqual(parsed);
  });

  it('of each hash leads to a decoy that costs the same and belongs to no password', () => {
    for (const { hash } of foreignHashes) {
      const parsed = hashOf(hash);
      const decoy = hashOf(decoyHashOf(parsed));
      const costs = (of: object) =>
        JSON.stringify(of, (key, value) => (/^(salt|digest|tail|signerKey)$/.test(key) ? 0 : value));
      expect(costs(decoy)).toBe(costs(parsed));
      expect(decoyHashOf(decoy)).toBe(decoyHashOf(parsed));
      if ('digest' in decoy) expect(decoy.digest.every((byte) => byte === 0)).toBe(true);
    }
  });

  it('of two hashes with the same costs leads to the same decoy, and tells nothing of either', () => {
    const [one, two] = [7, 9].map((fill) =>
      hashOf(`$pbkdf2-sha256$29000$${Buffer.alloc(16, fill).toString('base64')}$${digest}`),
    );
    expect(decoyHashOf(one as never)).toBe(decoyHashOf(two as never));
    expect(decoyHashOf(one as never)).not.toContain(digest);
  });
});

describe('a hash is refused, without being quoted,', () => {
  const costly = 'takes too much time or memory to verify';
  it.each<[what: string, hash: unknown, problem: string | RegExp]>([
    ['that is a password', 'hunter2hunter2', /format/],
    ['that is empty', '', /format/],
    ['that is a number', 5, /format/],
    ['of MD5', '5f4dcc3b5aa765d61d8327deb882cf99', /format/],
    ['of SHA-1 in LDAP', '{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=', /format/],
    ['of the broken bcrypt variant', bcrypt('10').replace('2b', '2x'), /format/],
    ['that is longer than any', `${scrypt('ln=14,r=8,p=1')}${'A'.repeat(2_000)}`, /format/],
    ['with something after it', `${bcrypt('10')}\n`, /format/],
    ['whose bcrypt digest is cut', bcrypt('10').slice(0, -1), /format/],
    ['with a parameter that we do not know', argon2('m=65536,t=3,p=4,keyid=a'), /malformed|format/],
    ['with a parameter twice', scrypt('ln=14,ln=30,r=8,p=1'), 'is malformed'],
    ['without a parameter', argon2('m=65536,t=3'), 'is malformed'],
    ['of a version of argon2 that does not exist', argon2('m=65536,t=3,p=4', '$v=20'), 'is malformed'],
    ['with less memory than lanes need', argon2('m=8,t=3,p=4'), 'is malformed'],
    ['whose scrypt cost is not a power of two', `scrypt:30000:8:1$salt$${'ab'.repeat(32)}`, 'is malformed'],
    ['whose length is another than it says', `$pbkdf2-sha256$i=1000,l=64$${salt}$${digest}`, 'is malformed'],
    ['without iterations', `$pbkdf2-sha256$0$${salt}$${digest}`, 'is malformed'],
    ['with a digest that other passwords would match', `$pbkdf2-sha256$1000$${salt}$AAAA`, /digest of 16/],
    ['with hardly a salt', `$pbkdf2-sha256$1000$AA$${digest}`, /salt of 4/],
    ['of scrypt with N = 2^30', scrypt('ln=30,r=8,p=1'), costly],
    ['of scrypt with N = 2^200', scrypt('ln=200,r=16,p=1'), costly],
    ['of scrypt with large blocks', scrypt('ln=14,r=1024,p=1'), costly],
    ['of scrypt with many lanes', scrypt('ln=16,r=8,p=64'), costly],
    ['of Werkzeug with N = 2^30', `scrypt:${2 ** 30}:8:1$salty$${'ab'.repeat(32)}`, costly],
    ['of Firebase with a memory cost of 30', `$fbscrypt$v=1,n=30,r=8,p=1,ss=Bw==,sk=AAAA$${salt}$${digest}`, costly],
    ['of argon2 with 4 GiB', argon2('m=4194304,t=1,p=1'), costly],
    ['of argon2 with a million passes', argon2('m=65536,t=1000000,p=1'), costly],
    ['of argon2 with more digits than a number has', argon2(`m=${'9'.repeat(400)},t=1,p=1`), costly],
    ['of bcrypt with cost 31', bcrypt('31'), costly],
    ['of bcrypt with cost 3', bcrypt('03'), 'is malformed'],
    ['of PBKDF2 with a billion iterations', `$pbkdf2-sha512$1000000000$${salt}$${digest}`, costly],
    ['of Django with a billion iterations', `pbkdf2_sha256$1000000000$seasalt$${digest}`, costly],
    [
      'of PBKDF2 whose long digest multiplies the iterations',
      `$pbkdf2-sha1$2000000$${salt}$${Buffer.alloc(256, 8).toString('base64')}`,
      costly,
    ],
    [
      'of Keycloak with an unknown algorithm',
      { secretData: '{"value":"a","salt":"b"}', credentialData: '{"algorithm":"x","hashIterations":1}' },
      /format/,
    ],
    ['of Keycloak that is no JSON', { secretData: '{', credentialData: '{' }, /format/],
    ['that is another object', {}, /format/],
    ['that is a list', [], /format/],
  ])('%s', (_what, hash, problem) => {
    expect(problemOf(hash)).toMatch(problem);
    if (typeof hash === 'string' && hash.length > 8) expect(problemOf(hash)).not.toContain(hash.slice(0, 8));
  });
});

it('what the documentation of each scheme recommends is accepted', () => {
  for (const recommended of [
    argon2('m=47104,t=1,p=1'),
    argon2('m=65536,t=3,p=4'),
    scrypt('ln=17,r=8,p=1'),
    scrypt('ln=14,r=8,p=5'),
    bcrypt('12'),
    `$pbkdf2-sha512$i=210000,l=32$${salt}$${digest}`,
    `pbkdf2_sha256$1200000$seasalt$${digest}`,
    // Keycloak stores 64 bytes of every algorithm.
    `$pbkdf2-sha1$i=400000,l=64$${salt}$${Buffer.alloc(64, 8).toString('base64')}`,
    `$pbkdf2-sha256$i=600000,l=64$${salt}$${Buffer.alloc(64, 8).toString('base64')}`,
    `pbkdf2:sha256:1000000$salty$${'ab'.repeat(32)}`,
  ]) {
    expect(problemOf(recommended), recommended).toBeUndefined();
  }
});
