/** The texts of rules in each language: a page finds the rule by its English text. */
import { expect, it } from 'vitest';
import { type ProblemId, problemText, problemTexts, ruleOf } from '../../../src/policy/problem-texts.ts';
import { ruleWords } from '../../../src/web/http/rule-words.ts';
import { inLanguage, m } from '../../../views/messages/index.ts';
import { languageCodes } from '../../../views/messages/languages.ts';

const ids = Object.keys(problemTexts) as ProblemId[];
const others = languageCodes.filter((code) => code !== 'en');
const factsOf = (id: ProblemId) => (problemTexts[id].match(/\{\w+\}/g) ?? []).map((_, i) => `x${9001 + i}`);

it.each(ids)('the rule %s is found by its text, with its facts', (id) => {
  expect(ruleOf(problemText(id, ...factsOf(id)))).toEqual({ id, facts: factsOf(id) });
});

it.each(others)('every rule has a text in %s that shows its facts', async (code) => {
  const words = await inLanguage(code, () => m().problems);
  expect(Object.keys(words).sort()).toEqual([...ids].sort());
  for (const id of ids) {
    const said = words[id]?.(...factsOf(id)) ?? '';
    expect(factsOf(id).filter((fact) => !said.includes(fact))).toEqual([]);
  }
});

it('English stays as it is, and a text of no rule in the table is marked as English', async () => {
  expect(ruleWords('must have at least one')).toBe('must have at least one');
  expect(ruleWords('must be nice')).toBe('must be nice');
  expect(String(await inLanguage('de', () => ruleWords('must be nice')))).toBe('<span lang="en">must be nice</span>');
});

it('each entry of a list has its own words, and a value from outside stays text', async () => {
  const text = `"a\\"<b>" ${problemText('fragment')}; "b" ${problemText('spelling', 'https://b/')}`;
  expect(String(await inLanguage('de', () => ruleWords(text)))).toBe(
    '&quot;a\\&quot;&lt;b&gt;&quot; darf kein Fragment (#) haben; &quot;b&quot; muss https://b/ geschrieben werden',
  );
});
