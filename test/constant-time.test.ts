/**
 * What a stranger presents is compared with a secret in constant time. No timed test could show that on a machine that
 * does something else as well, so this one reads the code: every comparison of bytes, and of what is named like a secret,
 * is by `timingSafeEqual` or stands below with the reason why it need not be.
 */
import { expect, it } from 'vitest';
import { readSources } from './support/architecture.ts';

/** Where secrets are compared, and how many comparisons each file has. */
const compared: Readonly<Record<string, number>> = {
  'src/oidc/patches/client-secrets.ts': 1, // client secrets, by their hashes
  'src/policy/dpop-nonces.ts': 1, // DPoP nonces
  'src/store/sealer.ts': 1, // MACs: refresh tokens, anti-forgery values, cursors
};

/** Comparisons of what nobody has to guess. */
const open: Readonly<Record<string, string>> = {
  'src/policy/audit-chain.ts': 'hashes of the audit log, which its reader has',
  'src/operations/verify-audit.ts': 'hashes of the audit log, which its reader has',
  'src/store/sealer.ts': 'the id of a key, which stands in front of everything that it sealed',
  'src/cli/terminal.ts': 'what one person typed twice',
  'src/operations/demo.ts': 'the secret that this start has made itself',
  'src/operations/client-logos.ts': 'the hash of a picture that everybody may fetch',
};

const bytes = /\.equals\(|\bBuffer\.compare\(|\.compare\(/;
const named =
  /\b\w*(secret|mac|hash|password|signature|csrf|verifier)\b\s*(===|!==)\s*(?!undefined|null|typeof|'|"|`|\d|true|false)\S/i;

const sources = readSources(new URL('../', import.meta.url)).filter(({ path }) => path.startsWith('src/'));

it('secrets are compared by timingSafeEqual, in the places that are known', () => {
  const found = sources.flatMap(({ path, text }) => {
    const count = text.match(/\btimingSafeEqual\(/g)?.length ?? 0;
    return count > 0 ? [[path, count]] : [];
  });
  expect(Object.fromEntries(found)).toEqual(compared);
});

it('nothing else that is named like a secret, or is bytes, is compared without a reason', () => {
  const found = sources.flatMap(({ path, text }) =>
    text
      .split('\n')
      .flatMap((line, i) => (bytes.test(line) || named.test(line) ? [`${path}:${i + 1} ${line.trim()}`] : [])),
  );
  expect(found.filter((place) => !Object.keys(open).some((path) => place.startsWith(`${path}:`)))).toEqual([]);
  // One line of the sealer compares ids; a second would be a secret's.
  expect(found.filter((place) => place.startsWith('src/store/sealer.ts:'))).toHaveLength(1);
});
