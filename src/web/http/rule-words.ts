/** What rules say of the fields of a form, in the reader's language. */
import { html } from 'hono/html';
import type { Problem, Problems } from '../../../views/admin/fields.ts';
import { m } from '../../../views/messages/index.ts';
import { inEnglish, plain } from '../../../views/text.ts';
import { ruleOf } from '../../policy/problem-texts.ts';

export const inReadersWords = (problems: Readonly<Record<string, string>>): Problems =>
  Object.fromEntries(Object.entries(problems).map(([field, text]) => [field, ruleWords(text)]));

/** A text that is not in the table of rules stays English, and is marked as English. */
export function ruleWords(text: string): Problem {
  const said = text.startsWith('"') ? ofEntries(text) : messageOf(text);
  if (said !== undefined) return html`${plain(said)}`;
  const english = inEnglish();
  return english ? html`<span${english}>${plain(text)}</span>` : text;
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
