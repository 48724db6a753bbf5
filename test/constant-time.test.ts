/**
 * What a stranger sends is compared with a secret in constant time. No timed test could show that on a machine that
 * does other work, so this test reads the code: every comparison of bytes, and of anything that is named like a secret,
 * uses `timingSafeEqual` or is listed below with the reason why it need not.
 */
import { expect, it } from 'vitest';
import { readSources } from './support/architecture.ts';

/** Where secrets are compared, and how many comparisons each file has. */
const compared: Readonly<Record<string, number>> = {
  'src/oidc/patches/client-secrets.ts': 1, // client secrets, by their hashes
  'src/operations/dynamic-registration.ts': 1, // registration tokens and client secrets, by their hashes
  'src/operations/foreign-hashes.ts': 1, // passwords, by the hashes of other systems
  'src/policy/audit-chain.ts': 1, // MACs of the seals of the audit log
  'src/policy/audit-removal.ts': 1, // MACs of removals from the audit log
  'src/policy/dpop-nonces.ts': 1, // DPoP nonces
  'src/store/sealer.ts': 1, // MACs: refresh tokens, anti-forgery values, cursors
  'src/web/http/cookie-keys.ts': 1, // signatures of cookies
};

/** Comparisons of values that nobody has to guess. */
const open: Readonly<Record<string, string>> = {
  'src/policy/audit-chain.ts': 'hashes of the audit log, which its reader has',
  'src/policy/audit-removal.ts': 'hashes of the audit log, which its reader has',
  'src/operations/verify-audit.ts': 'hashes of the audit log, which its reader has',
  'src/store/sealer.ts': 'the id of a key, which stands in front of everything that it sealed',
  'src/web/device/look-up.ts':
    'hashes of secrets that the browser itself sent: who guesses one learns only that it is another’s',
  'src/cli/terminal.ts': 'what one person typed twice',
  'src/operations/demo.ts': 'the secret that this start has made itself',
  'src/operations/second-step-setup.ts': 'hashes of recovery codes that the server itself sealed into the form',
  'src/operations/client-logos.ts': 'the hash of a picture that everybody may fetch',
};

const bytes = /\.equals\(|\bBuffer\.compare\(|\.compare\(/;
const named =
  /\b\w*(secret|mac|hash|password|signature|csrf|verifier)\b\s*(===|!==)\s*(?!undefined|null|typeof|'|"|`|\d|true|false)\S/i;

const sources = readSources(new URL('../', import.meta.url)).filter(({ path }) => path.startsWith('src/'));

it('secrets are compared by timingSafeEqual, in the listed places', () => {
  const found = sources.flatMap(({ path, text }) => {
    const count = text.match(/\btimingSafeEqual\(/g)?.length ?? 0;
    return count > 0 ? [[path, count]] : [];
  });
  expect(Object.fromEntries(found)).toEqual(compared);
});

it('no other bytes or values that are named like secrets are compared without a reason', () => {
  const found = sources.flatMap(({ path, text }) =>
    text
      .split('\n')
      .flatMap((line, i) => (bytes.test(line) || named.test(line) ? [`${path}:${i + 1} ${line.trim()}`] : [])),
  );
  expect(found.filter((place) => !Object.keys(open).some((path) => place.startsWith(`${path}:`)))).toEqual([]);
  // One line of the sealer compares ids. A second such line would compare a secret.
  expect(found.filter((place) => place.startsWith('src/store/sealer.ts:'))).toHaveLength(1);
});
