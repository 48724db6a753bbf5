/** What people and clients read is plain English: subject, verb, object. These turns of phrase have puzzled readers. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const puzzling: [phrase: RegExp, plain: string][] = [
  [/\bthat none has\b/, 'is malformed'],
  [/ (?:is|are|counts as) none\b(?! (?:of|now))/, 'is not one; is missing'],
  [/ is none (?:of|that)\b/, 'is not one of'],
  [/\b(?:is|are) no (?!more\b|longer\b)[a-z]+ (?:of|any more|for)\b/, 'is not a … of'],
  [/\bis no (?:whole|tunnel|address|admin)\b/, 'is not a'],
  [/ is so no more\b|\bsends no more\b/, 'any more; no further'],
  [/\bmust be there\b/, 'is required'],
  [/\baddress knows\b|\bserver knows\b/, 'supports'],
  [/\bis like that\b|\bNothing like that\b/, 'matches'],
  [/(?:^|[.:>'"`] ?)Of an? (?:service|browser|client)\b/, 'For a …'],
  [/\bWho (?:came|left|allows|allowed|is connected|asks|the audit)\b/, 'People who …'],
  [/\bstop to (?:exist|be)\b/, 'cease to, stop …ing'],
];

/** Source without its comments: the words that are left are texts that somebody reads. */
function readable(file: string): string {
  return readFileSync(file, 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/[^\n]*/g, '$1');
}

it.each(['src', 'views'])('no text in %s uses a turn of phrase that has puzzled readers', (room) => {
  const files = readdirSync(room, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(50);
  const found = files.flatMap((name) =>
    readable(`${room}/${name}`)
      .split('\n')
      .flatMap((line) =>
        puzzling
          .filter(([phrase]) => phrase.test(line))
          .map(([, plain]) => `${room}/${name}: “${line.trim().slice(0, 140)}”: ${plain}`),
      ),
  );
  expect(found).toEqual([]);
});
