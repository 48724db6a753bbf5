/** The fields of a client have words in every language; the English ones are those of their description. */
import { expect, it } from 'vitest';
import { clientFields, fieldNames } from '../../../src/policy/client/schema.ts';
import { coveredWords, fieldWords } from '../../../src/web/admin/clients/field-words.ts';
import { inLanguage, m } from '../../../views/messages/index.ts';
import { languageCodes } from '../../../views/messages/languages.ts';

const others = languageCodes.filter((code) => code !== 'en');
const hinted = (words: Readonly<Record<string, { hint?: string }>>) =>
  Object.keys(words).filter((name) => words[name]?.hint !== undefined);

it.each(others)('every field has its words in %s, and a hint where English has one', async (code) => {
  const words = await inLanguage(code, () => m().clientFields);
  expect(Object.keys(words).sort()).toEqual([...fieldNames, 'logo_hash'].sort());
  expect(hinted(words).sort()).toEqual(hinted(clientFields).sort());
});

it.each(others)('what is code in an English hint is code in %s', async (code) => {
  const words = await inLanguage(code, () => m().clientFields);
  const codes = (text = '') => [...text.matchAll(/`([^`]*)`/g)].map(([, one]) => one).sort();
  for (const name of fieldNames) expect(codes(words[name]?.hint), name).toEqual(codes(clientFields[name].hint));
});

it('a page calls a field by the words of its reader', async () => {
  expect(fieldWords('redirect_uris').label).toBe('Redirect addresses');
  expect(await inLanguage('de', () => fieldWords('redirect_uris').label)).toBe('Weiterleitungsadressen');
  expect(coveredWords()).toContain('logo');
  expect(await inLanguage('ja', coveredWords)).toContain('ロゴ');
});
