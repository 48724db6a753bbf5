import { html } from 'hono/html';
import { grouped, markOf, permissionsOf } from '../../scopes.ts';
import type { Html } from '../../text.ts';

/** The ceiling of a client under its marks: what it must be given, and what people may leave out. */
export function scopeWords({ required, optional }: { required: string[]; optional: string[] }): Html {
  const all = [...required, ...optional];
  if (all.length === 0) return html`<p class="quiet">The identity of a person, and nothing more.</p>`;
  const groups = grouped(all.flatMap((scope) => permissionsOf([scope])));
  const rows = groups.map(({ mark, permissions }) => {
    const scopes = permissions.flatMap((one) => one.scopes);
    const parts: [string, string[]][] = [
      ['Required', scopes.filter((scope) => required.includes(scope))],
      ['Optional', scopes.filter((scope) => optional.includes(scope))],
    ];
    const said = parts.filter(([, some]) => some.length > 0);
    return html`<dt>${markOf(mark)}</dt><dd>${said.map(([label, some], i) => html`${i > 0 && ' '}${label}: ${codes(some)}.`)}</dd>`;
  });
  return html`<dl class="cans">${rows}</dl>`;
}

const codes = (words: string[]): Html => html`${words.map((word, i) => html`${i > 0 && ', '}<code>${word}</code>`)}`;
