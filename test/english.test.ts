/**
 * Comments, names and documents are plain English: subject, verb, object, in the words of the field. These turns of phrase
 * have puzzled readers; nothing is exempt from the list.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commentsOf, identifiersOf, type Passage, paragraphsOf } from './support/prose.ts';

const rooms = ['CONTRIBUTING.md', 'README.md', 'SECURITY.md', 'bench', 'docs', 'src', 'test', 'views'];

/** This file quotes what it forbids. */
const itself = 'test/english.test.ts';

const sentence = String.raw`(?:^|[.:;!?] |\()`;

const puzzling: [phrase: RegExp, plain: string][] = [
  [/\b(?:is|are|was|were|be) none\b/i, 'say what it is, or that it is missing'],
  [/(?<!\bthere )\bis no (?!longer\b|more than\b)/i, 'is not a …'],
  [
    /\b(?:is|are|was|were|counts?|goes|works?|exists?|lives?|sends?|needs?|knows?|has|have|so) no more\b(?! than)/i,
    'any more; no longer',
  ],
  [/\bis not one\b(?! of\b)/i, 'is malformed; is not a …'],
  [new RegExp(`${sentence}Of (?:an?|each|every|the|it|them|these|those|which|whom)\\b`), 'start with the subject'],
  [new RegExp(`${sentence}Who(?:m|ever)? [^?]*(?:[.;!]|$)`), 'a client that …; users who …'],
  [new RegExp(`${sentence}What [^.:?]*, (?:is|are|was|has|goes|counts|ends|comes)\\b`), 'start with the subject'],
  [
    new RegExp(`${sentence}(?:The )?(?:Most|Longest) (?!of\\b|people\\b|clients\\b|apps\\b|users\\b|requests\\b)`),
    'maximum …',
  ],
  [/\b(?:have|has|take|takes|hold|holds|get|gets) at (?:the )?most which\b/, 'maximum …'],
  [
    /\b(?:patience|breath|memo|vault|look-?alikes?|watchm[ae]n|foundation|pulse|thefts?|engine-remarks)\b/i,
    "the table in CONTRIBUTING or the glossary has the field's word",
  ],
  [/\b(?:a|the|each|every|one|hub) beats?\b/i, 'heartbeat'],
  [/\b(?:addresses?|server|page|endpoint) knows? (?:GET|POST|no|only)\b/i, 'supports; allows'],
  [/\bmust be there\b/i, 'is required'],
  [/\b(?:that|which|who) (?:is|are) (?:not|no) there any ?more\b/i, 'was deleted; has ended'],
  [/\b(?:undefined|null|true|false|none|nothing|but) for what\b/i, 'undefined if …'],
  [/\bafter that long\b/i, 'name the delay'],
  [/\b(?:dies|die|is born|are born|was born)\b/i, 'ends; is created'],
];

const names: [pattern: RegExp, plain: string][] = [
  [/^(?:most|longest)(?:[A-Z]|$)/, 'max…'],
  [/(?:^|[a-z])(?:Most|Longest)(?:[A-Z]|$)/, 'max…'],
  [
    /^(?:patience|breath|memo|vault|thefts?|pulse|beat|news|figures|watchman|layFoundation|lookAlikes?)$/,
    'see the glossary',
  ],
  [
    /(?:^|[a-z])(?:Patience|Breath|Memo|Vault|Theft|Pulse|Beat|Figures|Watchman|LookAlikes?)(?:[A-Z]|$)/,
    'see the glossary',
  ],
  [/^(?:patience|breath|memo|vault|theft|pulse|beat|insight|figures|watchman|lookAlikes?)[A-Z]/, 'see the glossary'],
  // `insight` is a published command, and `ClientInsight` a published schema.
  [/^[a-z]\w*Insight/, 'activity; statistics'],
  [/^tell(?:Clients|ClientChanged)$/, 'enqueueWebhook; notifyClientChanged'],
];

function filesBelow(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:ts|md)$/.test(name))
    .map((name) => `${path}/${name}`)
    .filter((name) => name !== itself);
}

function found(file: string, passages: Passage[], list: typeof puzzling): string[] {
  return passages.flatMap(({ line, text }) =>
    list.flatMap(([pattern, plain]) => {
      const match = pattern.exec(text);
      if (!match) return [];
      const excerpt = text.slice(Math.max(0, match.index - 30), match.index + 90);
      return [`${file}:${line}: “${excerpt}”: ${plain}`];
    }),
  );
}

describe.each(rooms)('the English of %s', (room) => {
  const files = filesBelow(room).map((file) => ({ file, text: readFileSync(file, 'utf8') }));

  it('has comments and prose without turns of phrase that puzzled readers', () => {
    const passages = (file: string, text: string) => (file.endsWith('.md') ? paragraphsOf(text) : commentsOf(text));
    expect(files.flatMap(({ file, text }) => found(file, passages(file, text), puzzling))).toEqual([]);
  });

  it('has the names of the field', () => {
    const sources = files.filter(({ file }) => file.endsWith('.ts'));
    expect(sources.flatMap(({ file, text }) => found(file, identifiersOf(text), names))).toEqual([]);
  });
});
