/**
 * Finds secrets that this server issued in any text. Each has a prefix for its kind, a body of a known length and a checksum
 * (token-format.ts), so no text is taken for one by accident: one of four thousand million random ones passes.
 */
import { checksumLength, hasValidChecksum } from './token-format.ts';

export type SecretKind = 'api_key' | 'client_secret' | 'refresh_token' | 'registration_token';

interface SecretForm {
  readonly kind: SecretKind;
  readonly prefixes: readonly string[];
  /** Lengths of the part between prefix and checksum, and its characters. */
  readonly lengths: readonly number[];
  readonly characters: string;
}

const base62 = 'A-Za-z0-9';
const base64url = 'A-Za-z0-9_-';

/** Secrets of clients of the demo have one character less. Refresh tokens have four more after a fork, and more if they name the account. */
const forms: readonly SecretForm[] = [
  { kind: 'api_key', prefixes: ['vcs_sk_live_', 'vcs_sk_test_'], lengths: [43], characters: base62 },
  { kind: 'client_secret', prefixes: ['vcs_cs_'], lengths: [44, 43], characters: base64url },
  { kind: 'refresh_token', prefixes: ['vcs_rt_'], lengths: [76, 72, 60, 56], characters: base64url },
  { kind: 'registration_token', prefixes: ['vcs_ra_'], lengths: [44], characters: base64url },
];

/** What scanners are told of a kind: the name of its type, and what finds it. The checksum tells which of these are genuine. */
export interface ScannerPattern {
  readonly kind: SecretKind;
  readonly type: string;
  readonly pattern: string;
}

export const scannerPatterns: readonly ScannerPattern[] = forms.map(({ kind, prefixes, lengths, characters }) => {
  const prefix = prefixes.length > 1 ? 'vcs_sk_(?:live|test)_' : (prefixes[0] ?? '');
  const [max = 0, min = max] = lengths;
  const middle = max - min === 1 ? `[${characters}]{${min},${max}}` : nested(characters, lengths);
  return { kind, type: `vibecaas_${kind}`, pattern: `${prefix}${middle}[${base62}]{${checksumLength}}` };
});

/** A pattern for so many characters; each greater length adds to the one before. */
function nested(characters: string, lengths: readonly number[]): string {
  const steps = lengths.map((length, index) => `[${characters}]{${length - (lengths[index + 1] ?? 0)}}`);
  return steps.reduce((longer, step, index) => (index === 0 ? step : `${step}(?:${longer})?`), '');
}

export interface FoundSecret {
  readonly kind: SecretKind;
  readonly secret: string;
}

const beginning = /vcs_(?:sk_(?:live|test)|cs|rt|ra)_/g;

/**
 * Returns each secret once, in the order of the text. What stands before and after one does not matter: it may be part of a
 * URL, of JSON or of a line of code.
 */
export function findSecrets(text: string): FoundSecret[] {
  const found = new Map<string, FoundSecret>();
  for (const { index, 0: prefix } of text.matchAll(beginning)) {
    const secret = secretAt(text, index, prefix);
    if (secret) found.set(secret.secret, secret);
  }
  return [...found.values()];
}

/** Returns each secret of a long text once, as `findSecrets` does, without holding the text. `chunks` may be cut anywhere. */
export async function* findSecretsIn(chunks: AsyncIterable<string>): AsyncGenerator<FoundSecret> {
  const seen = new Set<string>();
  let rest = '';
  for await (const chunk of chunks) {
    const text = rest + chunk;
    for (const found of findSecrets(text)) {
      if (seen.has(found.secret)) continue;
      seen.add(found.secret);
      yield found;
    }
    // A secret may go on in the next chunk.
    rest = text.slice(-maxSecretLength);
  }
}

/** Secrets are at most this long. */
const maxSecretLength = Math.max(
  ...forms.map(({ prefixes, lengths }) => (prefixes[0] ?? '').length + Math.max(...lengths) + checksumLength),
);

function secretAt(text: string, index: number, prefix: string): FoundSecret | undefined {
  const form = forms.find(({ prefixes }) => prefixes.includes(prefix));
  if (!form) return undefined;
  for (const length of form.lengths) {
    const secret = text.slice(index, index + prefix.length + length + checksumLength);
    const body = secret.slice(prefix.length);
    const fits = body.length === length + checksumLength && isMadeOf(body, form.characters);
    if (fits && hasValidChecksum(secret)) return { kind: form.kind, secret };
  }
  return undefined;
}

function isMadeOf(text: string, characters: string): boolean {
  return (characters === base62 ? /^[A-Za-z0-9]+$/ : /^[A-Za-z0-9_-]+$/).test(text);
}

/** What may be shown of a secret that was found: its prefix and its last four characters. */
export function shownSecret(secret: string): string {
  const [prefix = ''] = secret.match(beginning) ?? [];
  return `${prefix}…${secret.slice(-4)}`;
}

const maxPlaceLength = 500;
const maxPlaceWords = 200;
const anySecret = /vcs(?:_|%5f)\w{2,4}(?:_|%5f)[\w%-]+/gi;

/**
 * Returns where a secret was found, to be stored and shown: an http(s) address without credentials and without anything that
 * looks like a secret of ours. Undefined if there is no such address.
 */
export function placeOf(address: string): string | undefined {
  if (address.length > 2 * maxPlaceLength || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  url.username = '';
  url.password = '';
  const clean = url.href.replace(anySecret, 'vcs_…');
  return clean.length > maxPlaceLength ? `${clean.slice(0, maxPlaceLength - 1).toWellFormed()}…` : clean;
}

/**
 * Returns where a secret was found as a person says it: an address, or words such as "ticket 4711". Undefined if nothing is left
 * of it.
 */
export function placeInWords(text: string): string | undefined {
  const words = text.replaceAll(/[\p{C}\s]+/gu, ' ').trim();
  // Words may have an address with a password, and a cut must not leave half a character.
  const clean = words.replace(anySecret, 'vcs_…').replaceAll(/:\/\/[^\s/@]+@/g, '://');
  return placeOf(words) ?? (clean.slice(0, maxPlaceWords).toWellFormed() || undefined);
}

/** What a report did to a secret. `ended`: it had been revoked or had expired before. `unknown`: this server has none such. */
export type LeakOutcome = 'revoked' | 'ended' | 'unknown';
