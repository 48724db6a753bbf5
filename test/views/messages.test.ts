/**
 * Every text that people read is a message, in every language. The pages are rendered in a language whose messages are
 * marked, so a text without a mark is one that nobody translated.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { raw } from 'hono/html';
import { describe, expect, it } from 'vitest';
import { english, type Messages } from '../../views/messages/en.ts';
import { inLanguage, inSpeech, m, type Speech } from '../../views/messages/index.ts';
import { type Language, languageCodes, languages } from '../../views/messages/languages.ts';
import { adminPages, appName } from './admin-examples.ts';
import { keyNames } from './api-key-examples.ts';
import { agent, demoNotes, everyPage, formBuilder, longName, ourTerminal, selfRegistered } from './examples.ts';
import { ownPages } from './own-examples.ts';

const [open, close] = ['\u2997', '\u2998'];

/** The same messages, each between marks. */
function marked(messages: unknown): unknown {
  if (typeof messages === 'string') return `${open}${messages}${close}`;
  if (messages instanceof String) return raw(`${open}${messages}${close}`);
  if (Array.isArray(messages)) return messages.map(marked);
  if (typeof messages === 'function') return (...facts: unknown[]) => marked(messages(...facts));
  if (typeof messages !== 'object' || messages === null) return messages;
  return Object.fromEntries(Object.entries(messages).map(([name, message]) => [name, marked(message)]));
}

/** English has no words of its own for the fields of a client: it takes those of their description. */
const clientFields = await inLanguage('de', () => m().clientFields);
const inMarks: Speech = {
  ...languages.en,
  code: 'qps',
  messages: marked({ ...english, clientFields }) as Messages,
};

/** Texts from outside, texts for machines, developers' English, pictures, and what `Intl` writes. */
const notOurs = [
  /<(bdi|code|pre|time|script|style|svg)\b[^>]*>[\s\S]*?<\/\1>/g,
  /<span class="(?:host|mono|logo)[^"]*"[^>]*>(?:[^<]|<\/?b>|<wbr>)*<\/span>/g,
  /<b class="host">(?:[^<]|<b>[^<]*<\/b>|<wbr>)*<\/b>/g,
  /<(dd|b|span) lang="en">[\s\S]*?<\/\1>/g,
];
/** The same in every language. */
const names = /VibeCaaS|English|Deutsch|Español|Français|日本語/g;

/** The texts of a page, and of its attributes that are read out, which are outside of every mark. */
function unmarked(page: string): string[] {
  const read = notOurs.reduce((text, pattern) => text.replace(pattern, ''), page);
  const attributes = [...read.matchAll(/\s(?:aria-label|alt|title|placeholder)="([^"]+)"/g)].map(
    ([, text = '']) => text,
  );
  const texts = [read.replace(/<[^>]*>/g, '\n'), ...attributes];
  return texts
    .flatMap((text) => outside(text).split('\n'))
    .map((text) => text.trim())
    .filter(isProse);
}

function outside(text: string): string {
  let depth = 0;
  let found = '';
  for (const character of text) {
    if (character === open) depth += 1;
    else if (character === close) depth -= 1;
    else if (depth === 0) found += character;
  }
  return found;
}

const isProse = (text: string): boolean => /\p{L}{2}/u.test(text.replace(names, '')) && !machine.test(text);

/** Codes, addresses, statuses and names in protocols, and what `Intl` writes of times. */
const machine = new RegExp(
  [
    /^[A-Z\d]{4}(?:[- ][A-Z\d]{4})+$/,
    /^https?:/,
    /\w_\w/,
    /^(?:\.env|authorize|token|code|free|pro|[ER]S256)$/,
    /^(?:account|client|grant|webhook)\.\w+$/,
    /^: \w+:\w+$/,
    /^(?:№ \d+: )?HTTP \d+$/,
    /^\d+ OK$/,
    /^\d+ · \d+ ms$/,
    /^(?:\d+ \w+(?: ago)?|yesterday)$/,
  ]
    .map(({ source }) => source)
    .join('|'),
);

/** What `Intl.ListFormat` writes, and names from outside where only a screen reader meets them. */
const apps = [demoNotes, agent, selfRegistered, ourTerminal, formBuilder, longName].map(({ name }) => name);
const given = new Set([
  'and',
  'That answer did not arrive. Choose again.',
  ': Notes · VibeCaaS',
  '/docs',
  'Apple Passwords ·',
  appName,
  `${appName} · VibeCaaS`,
  'ada@example.com · VibeCaaS',
  'agent.tools.example',
  ...['agent.tools.example', demoNotes.name, ourTerminal.name].map((name) => `${name} · VibeCaaS`),
  ...apps,
  ...keyNames.map((name) => `${name} · VibeCaaS`),
]);

const pages = inSpeech(inMarks, () => {
  // The documentation is English in every language.
  const { 'the documentation': _list, 'a page of the documentation': _page, ...translated } = everyPage();
  return { ...translated, ...ownPages(), ...adminPages() };
});

describe('a page shows no text but messages', () => {
  it.each(Object.entries(pages))('%s', (_, page) => {
    expect(unmarked(page).filter((text) => !given.has(text))).toEqual([]);
  });

  it('so a text that is not a message is found, in the page or in a label', () => {
    expect(unmarked(`<p>${open}Said${close} Forgotten <bdi>Ada</bdi></p><nav aria-label="Tabs"></nav>`)).toEqual([
      'Forgotten',
      'Tabs',
    ]);
  });
});

type Leaf = readonly [path: string, message: unknown];

/** Every message with its path; the sentences of a list one by one. */
function leaves(messages: unknown, path = ''): Leaf[] {
  if (typeof messages !== 'object' || messages === null || messages instanceof String) return [[path, messages]];
  return Object.entries(messages).flatMap(([name, message]) => leaves(message, path ? `${path}.${name}` : name));
}

const others = languageCodes.filter((code): code is Exclude<Language, 'en'> => code !== 'en');
const messagesIn = (code: Language): Promise<Messages> => inLanguage(code, () => m());

describe.each(others)('the messages in %s', (code) => {
  // Two areas have no English: their words stand beside what they are about (policy/client/schema.ts, policy/problem-texts.ts).
  it('are as many as in English, of the same kinds', async () => {
    const kinds = ({ clientFields: _, problems: __, ...messages }: Messages) =>
      leaves(messages).map(([path, message]) => `${path}: ${typeof message}`);
    expect(kinds(await messagesIn(code)).sort()).toEqual(kinds(english).sort());
  });

  it('show every fact that English shows', async () => {
    const theirs = new Map(leaves(await messagesIn(code)));
    const lost = leaves(english).filter(([path, message]) => {
      if (typeof message !== 'function') return false;
      const shown = factsOf(theirs.get(path), message.length);
      return factsOf(message, message.length).some((fact) => !shown.includes(fact));
    });
    expect(lost.map(([path]) => path)).toEqual([]);
  });

  it('are not left in English', async () => {
    const theirs = new Map(leaves(await messagesIn(code)));
    const same = leaves(english).filter(
      ([path, message]) => isText(message) && String(theirs.get(path)) === String(message),
    );
    expect(same.map(([path]) => path).filter((path) => !alike.test(String(theirs.get(path))))).toEqual([]);
  });
});

const isText = (message: unknown): boolean => typeof message === 'string' || message instanceof String;

/** Words that other languages share with English. */
const alike =
  /^((?:← )?Invitations|Documentation|Cookies|Error|Tokens?|Issuer|Authorize|Revoke|Apps?|Sessions|Secrets|Pages|Service|Code|Passkey|Name|(← )?Clients|Web|Webhooks|Native|Logo|Scope|Type|Status|Actor|Action|Admin|Id|no|, )$/;

/** Stands for a number, a text, a link or a list, and can be found in what a message makes of it. */
function fact(index: number): unknown {
  const digits = String(9001 + index);
  const words = (text: unknown) => `${digits} ${text}`;
  return Object.assign(words, {
    toString: () => digits,
    valueOf: () => 9001 + index,
    map: () => [digits],
    join: () => digits,
  });
}

/** Which of its facts a message shows. */
function factsOf(message: unknown, count: number): number[] {
  if (typeof message !== 'function') return [];
  const made = message(...Array.from({ length: count }, (_, index) => fact(index)));
  const text = JSON.stringify([made, String(made)]).replace(/(?<=\d)[.,\s\u00a0\u202f](?=\d)/g, '');
  return Array.from({ length: count }, (_, index) => index).filter((index) => text.includes(String(9001 + index)));
}

it('a message that leaves out a fact is found', () => {
  expect(factsOf((app: unknown, n: unknown) => `${app} ${n}`, 2)).toEqual([0, 1]);
  expect(factsOf((app: unknown) => `${app}`, 2)).toEqual([0]);
});

describe('every message', () => {
  const folders = ['views', 'src'].map((folder) => new URL(`../../${folder}/`, import.meta.url));
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.startsWith('messages/'))
      .map((path) => readFileSync(new URL(path, folder), 'utf8')),
  );
  const code = files.filter((text) => /\bmessages\//.test(text)).join('\n');
  /** Named in a file that imports messages, or chosen from its group by a value. */
  const isUsed = (path: string, text = code): boolean => {
    const parts = path.split('.').filter((part) => !/^\d+$/.test(part));
    const [group, name = ''] = parts.slice(-2);
    return new RegExp(`[.{,[]\\s*'?${escaped(name)}\\b|\\b${group}\\[|'${escaped(name)}'`).test(text);
  };

  it('is used by a page', () => {
    expect(leaves(english).flatMap(([path]) => (isUsed(path) ? [] : [path]))).toEqual([]);
  });

  it('that no page uses is found', () => {
    expect(isUsed('frame.help', 'm().frame.helpful')).toBe(false);
    expect(isUsed('frame.help', 'm().frame.help')).toBe(true);
    expect(isUsed('tags.own', 'm().apps.tags[standing]')).toBe(true);
  });
});

const escaped = (text: string): string => text.replace(/[^\w]/g, '\\$&');

describe('French', () => {
  it('keeps its signs on the line of their words', async () => {
    const texts = leaves(await messagesIn('fr')).map(([, message]) =>
      typeof message === 'function'
        ? String(message(...Array.from({ length: message.length }, (_, i) => fact(i))))
        : String(message),
    );
    expect(texts.filter((text) => /[ ][;:?!»%]|«[ ]/.test(text))).toEqual([]);
  });
});
