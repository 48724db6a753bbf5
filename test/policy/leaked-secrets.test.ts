/** Which texts hold secrets of ours. */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatApiKey } from '../../src/policy/api-keys.ts';
import {
  findSecrets,
  findSecretsIn,
  placeInWords,
  placeOf,
  scannerPatterns,
  shownSecret,
} from '../../src/policy/leaked-secrets.ts';
import { formatSecret } from '../../src/policy/token-format.ts';

const random = (bytes: number) => randomBytes(bytes).toString('base64url');
const made = {
  api_key: () => [formatApiKey('live', randomBytes(32)), formatApiKey('test', randomBytes(32))],
  client_secret: () => [formatSecret('vcs_cs_', random(33)), formatSecret('vcs_cs_', random(32))],
  refresh_token: () => [42, 45, 54, 57].map((bytes) => formatSecret('vcs_rt_', random(bytes))),
  registration_token: () => [formatSecret('vcs_ra_', random(33))],
};
const kinds = Object.keys(made) as (keyof typeof made)[];

describe('a secret is found', () => {
  const surroundings: [name: string, around: (secret: string) => string][] = [
    ['alone', (s) => s],
    ['in a line of code', (s) => `const key = "${s}";\n`],
    ['in an environment file', (s) => `API_KEY=${s}\r\nOTHER=1`],
    ['in a URL', (s) => `https://example.com/?token=${s}&x=1`],
    ['in escaped JSON', (s) => `{\\"token\\":\\"${s}\\"}\\n`],
    ['between other characters of its alphabet', (s) => `x_-9${s}-_Zz0123456789abcdefghijklmnopqrstuvwxyz`],
    ['after a false beginning', (s) => `vcs_sk_live_vcs_cs_vcs_rt_${s}`],
    ['in a diff', (s) => `+++ b/.env\n+SECRET='${s}'`],
  ];
  it.each(surroundings)('%s', (_name, around) => {
    for (const kind of kinds) {
      for (let times = 0; times < 20; times += 1) {
        for (const secret of made[kind]()) expect(findSecrets(around(secret))).toEqual([{ kind, secret }]);
      }
    }
  });

  it('once, however often it is written, in the order of the text', () => {
    const [a = '', b = ''] = made.api_key();
    const [c = ''] = made.client_secret();
    expect(findSecrets(`${c} ${a}${a}\n${b},${c}`).map(({ secret }) => secret)).toEqual([c, a, b]);
  });

  it('by the pattern that scanners are told', () => {
    for (const { kind, type, pattern } of scannerPatterns) {
      expect(type).toBe(`vibecaas_${kind}`);
      for (const secret of made[kind]()) {
        expect(`x="${secret}"`.match(new RegExp(pattern))?.[0]).toBe(secret);
      }
    }
  });
});

describe('nothing is found', () => {
  const [key = ''] = made.api_key();
  const [secret = ''] = made.client_secret();
  it.each([
    ['in nothing', ''],
    ['in a prefix', 'vcs_sk_live_'],
    ['where a character differs', key.replace(/.(?=.{10}$)/, (c) => (c === 'a' ? 'b' : 'a'))],
    ['where the end is missing', key.slice(0, -1)],
    ['where the checksum is of another prefix', secret.replace('vcs_cs_', 'vcs_ra_')],
    ['in upper case', key.toUpperCase()],
    ['where it was masked', shownSecret(key)],
    ['of a mailed link, which works once', `vcs_ml_${random(32)}`],
  ])('%s', (_name, text) => expect(findSecrets(text)).toEqual([]));

  it('in a long text without secrets, in time that grows with its length', () => {
    const text = 'vcs_cs_'.repeat(200_000);
    const since = performance.now();
    expect(findSecrets(text)).toEqual([]);
    expect(performance.now() - since).toBeLessThan(10_000);
  });
});

it('a secret is found wherever a long text is cut, and once', async () => {
  const secrets = kinds.flatMap((kind) => made[kind]());
  const text = secrets.map((secret) => `${'x'.repeat(70)} ${secret}-_A\n`).join('');
  async function* cut(size: number) {
    for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
  }
  for (const size of [1, 7, 64, 100, text.length]) {
    const found: string[] = [];
    for await (const { secret } of findSecretsIn(cut(size))) found.push(secret);
    expect(found, `in pieces of ${size}`).toEqual(secrets);
  }
});

it('prefix and last four characters are shown of a secret', () => {
  for (const kind of kinds) {
    for (const secret of made[kind]()) {
      const shown = shownSecret(secret);
      expect(shown).toMatch(/^vcs_(sk_live|sk_test|cs|rt|ra)_….{4}$/);
      expect(secret.startsWith(shown.split('…')[0] ?? '')).toBe(true);
      expect(secret.endsWith(shown.slice(-4))).toBe(true);
    }
  }
});

describe('a place', () => {
  const [key = ''] = made.api_key();
  it.each([
    ['https://github.com/o/r/blob/abc/.env#L3', 'https://github.com/o/r/blob/abc/.env#L3'],
    ['https://ada:pass@example.com/', 'https://example.com/'],
    [`https://example.com/?key=${key}&x=1`, 'https://example.com/?key=vcs_…&x=1'],
    [`https://example.com/?key=${key.replaceAll('_', '%5f')}`, 'https://example.com/?key=vcs_…'],
    [`https://example.com/${'a'.repeat(600)}`, `https://example.com/${'a'.repeat(479)}…`],
    ['javascript:alert(1)', undefined],
    ['file:///etc/passwd', undefined],
    ['a bucket', undefined],
    ['', undefined],
    [`https://example.com/${'a'.repeat(2_000)}`, undefined],
  ])('%s', (address, place) => expect(placeOf(address)).toBe(place));
});

describe('a place in words', () => {
  const [key = ''] = made.api_key();
  it.each([
    [' ticket 4711\n', 'ticket 4711'],
    ['https://ada:pass@example.com/a b', 'https://example.com/a%20b'],
    [`a log with ${key} in it`, 'a log with vcs_… in it'],
    ['a\0b\u001b[31m\u202ec', 'a b [31m c'],
    ['a'.repeat(300), 'a'.repeat(200)],
    [`${'a'.repeat(199)}😀`, `${'a'.repeat(199)}\ufffd`],
    ['see https://bob:pw@ci.example/job/1', 'see https://ci.example/job/1'],
    ['ssh://bob:pw@host/x', 'ssh://host/x'],
    ['\ud800', undefined],
    [' \n\t', undefined],
  ])('%j', (text, place) => expect(placeInWords(text)).toBe(place));
});

describe('docs/leaked-secrets.md', () => {
  const document = readFileSync(new URL('../../docs/leaked-secrets.md', import.meta.url), 'utf8');

  it('has the pattern of every type', () => {
    const rows = [...document.matchAll(/^\| `(vibecaas_\w+)` \| `(.+)` \|$/gm)];
    const told = rows.map(([, type = '', pattern = '']) => [type, pattern.replaceAll('\\|', '|')]);
    expect(told).toEqual(scannerPatterns.map(({ type, pattern }) => [type, pattern]));
  });

  it('has a program that finds what this server finds', () => {
    const program = /```js\n([\s\S]+?)```/.exec(document)?.[1] ?? '';
    const secrets = kinds.flatMap((kind) => made[kind]());
    const text = `${secrets.map((one) => `x=${one}-_A\n`).join('')} vcs_sk_live_${'a'.repeat(49)} vcs_cs_ vcs_rt_\n`;
    const ran = spawnSync(process.execPath, ['--input-type=module', '-e', program], { input: text, encoding: 'utf8' });
    expect([ran.stderr, ran.stdout.trim().split('\n')]).toEqual(['', secrets]);
    expect(findSecrets(text).map(({ secret }) => secret)).toEqual(secrets);
  });
});
