/**
 * Detects passwords that attackers try first (NIST SP 800-63B §5.1.1.2): common passwords, rows of keys, and words about
 * the person and the service. Variations are detected too: with a few more characters, with digits for letters, repeated.
 */

import type { PasswordReason } from './passwords.ts';

/** The person whose password is checked. */
export interface PasswordOwner {
  readonly email: string;
  readonly name: string;
}

const serviceName = 'vibecaas';
/** Shorter words occur in too many others. */
const minWordLength = 4;
/** A password that repeats a shorter piece is as easy to guess as the piece. */
const minPieceLength = 8;
/** Up to this many different characters in addition to a known word are easy to guess. */
const maxTrivialCharacters = 5;
const maxTrivialLength = 6;

/**
 * Returns why `password`, which is normalised and without marks, is easy to guess; undefined if it is not. `common` contains
 * `canonical` forms.
 */
export function guessableBecause(
  password: string,
  owner: PasswordOwner,
  common: ReadonlySet<string>,
): PasswordReason | undefined {
  const text = password.toLowerCase();
  const isCommon = (candidate: string) =>
    variations(candidate).some(([core, added]) => {
      return common.has(canonical(core)) && (isTrivial(added) || common.has(canonical(added)));
    });
  const rest = withoutWords(text, comparable(wordsAbout(owner)));
  if (rest !== undefined && (isTrivial(rest) || isCommon(rest))) return 'about_you';
  const piece = pieceOf(text);
  if (isCommon(text) || isCommon(piece)) return 'common';
  return piece.length < minPieceLength || isRowOfKeys(piece) ? 'keys' : undefined;
}

/** Removes the marks of Latin letters, which the lists do not have: programs that guess try both. `ß` becomes `ss`. */
export function withoutMarks(text: string): string {
  const bare = text.normalize('NFD').replace(/(\p{Script=Latin})\p{M}+/gu, '$1');
  return bare.normalize('NFC').replace(/ß/g, 'ss');
}

/** Replaces characters by one that looks similar. The length stays the same, so that positions correspond. */
export function canonical(text: string): string {
  return text.toLowerCase().replace(/[01!|i34@5$7+]/g, (character) => similarCharacters[character] ?? character);
}

const similarCharacters: Readonly<Record<string, string>> = {
  ...{ 0: 'o', 1: 'l', '!': 'l', '|': 'l', i: 'l', 3: 'e', 4: 'a', '@': 'a', 5: 's', $: 's', 7: 't', '+': 't' },
};

/** Returns the text with digits and signs removed from its ends, and what was removed. */
function variations(text: string): [core: string, added: string][] {
  const [head = ''] = text.match(/^\P{L}+/u) ?? [];
  const [tail = ''] = text.match(/\P{L}+$/u) ?? [];
  const cuts = [
    [0, 0],
    [0, tail.length],
    [head.length, 0],
    [head.length, tail.length],
  ] as const;
  return cuts.flatMap(([start, end]): [string, string][] => {
    const core = text.slice(start, text.length - end);
    const added = text.slice(0, start) + text.slice(text.length - end);
    return [
      [core, added],
      [compact(core), added],
    ];
  });
}

function compact(text: string): string {
  return text.replace(/[\s._-]+/g, '');
}

function isTrivial(added: string): boolean {
  return added.length <= maxTrivialLength || new Set(added).size <= maxTrivialCharacters;
}

/** Returns the shortest piece whose repetition is the text, the last one possibly in part; the text itself if it does not repeat. */
function pieceOf(text: string): string {
  for (let length = 1; length <= text.length / 2; length += 1) {
    if (text.startsWith(text.slice(length))) {
      return text.slice(0, length);
    }
  }
  return text;
}

const rows = ['abcdefghijklmnopqrstuvwxyz', '01234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm'];
const neighbours = new Set(
  rows.flatMap((row) =>
    [...row].slice(1).flatMap((character, index) => [row[index] + character, character + row[index]]),
  ),
);

/** Reports whether the text is short when each run of three or more neighbouring keys counts as one character. */
function isRowOfKeys(text: string): boolean {
  let count = 0;
  for (let start = 0; start < text.length; ) {
    let end = start + 1;
    while (end < text.length && (text[end] === text[end - 1] || neighbours.has(`${text[end - 1]}${text[end]}`)))
      end += 1;
    count += end - start >= 3 ? 1 : end - start;
    start = end;
  }
  return count <= maxTrivialLength - 1;
}

/** Returns words about the owner and the service, in lower case and without marks. */
export function wordsAbout(owner: PasswordOwner): string[] {
  const [email, name] = [withoutMarks(owner.email.toLowerCase()), withoutMarks(owner.name.toLowerCase())];
  const [mailbox = '', domain = ''] = email.split('@');
  const labels = domain.split('.').slice(0, -1);
  const whole = [email, mailbox, ...labels, name, serviceName].map(compact);
  const parts = [mailbox, name, ...labels].flatMap((word) => word.split(/[^\p{L}\p{N}]+/u));
  return [...new Set([...whole, ...parts].filter((word) => word.length >= minWordLength))];
}

/** Returns the words as they are compared, forwards and backwards, longest first. */
function comparable(words: readonly string[]): string[] {
  const forwards = words.map(canonical);
  const backwards = forwards.map((word) => [...word].reverse().join(''));
  return [...new Set([...forwards, ...backwards])].sort((a, b) => b.length - a.length);
}

/** Returns the text without these words; undefined if it contains none of them. */
function withoutWords(text: string, words: readonly string[]): string | undefined {
  let rest = compact(text);
  const { length } = rest;
  for (const word of words) {
    for (let at = canonical(rest).indexOf(word); at !== -1; at = canonical(rest).indexOf(word)) {
      rest = rest.slice(0, at) + rest.slice(at + word.length);
    }
  }
  return rest.length < length ? rest : undefined;
}
