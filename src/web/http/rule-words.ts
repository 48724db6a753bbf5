/** What rules say of the fields of a form, in the reader's language. */
import { html } from 'hono/html';
import type { Problem, Problems } from '../../../views/admin/fields.ts';
import { m } from '../../../views/messages/index.ts';
import { plain } from '../../../views/text.ts';
import { ruleOf } from '../../policy/problem-texts.ts';

export const inReadersWords = (problems: Readonly<Record<string, string>>): Problems =>
  Object.fromEntries(Object.entries(problems).map(([field, text]) => [field, ruleWords(text)]));

/** Returns English, and a text of a rule that has no message, as the rule says it. */
export function ruleWords(text: string): Problem {
  const said = text.startsWith('"') ? ofEntries(text) : messageOf(text);
  return said === undefined ? text : html`${plain(said)}`;
}

function messageOf(text: string): string | undefined {
  const rule = ruleOf(text);
  return rule && m().problems[rule.id]?.(...rule.facts);
}

/** For a list: each wrong entry, and what a rule says of it. */
function ofEntries(text: string): string | undefined {
  const entries = [...text.matchAll(/("(?:[^"\\]|\\.)*") (.+?)(?:; (?=")|$)/g)];
  const said = entries.map(([, entry = '', problem = '']) => [entry, messageOf(problem)] as const);
  if (said.some(([, message]) => message === undefined)) return undefined;
  return said.map(([entry, message]) => `${entry} ${message}`).join('; ');
}
