import { html } from 'hono/html';
import { m } from '../../messages/index.ts';
import { grouped, markOf, permissionsOf } from '../../scopes.ts';
import type { Html } from '../../text.ts';

const words = () => m().adminClientForm;

/** The ceiling of a client under its marks: what it must be given, and what people may leave out. */
export function scopeWords({ required, optional }: { required: string[]; optional: string[] }): Html {
  const all = [...required, ...optional];
  if (all.length === 0) return html`<p class="quiet">${words().identityOnly}</p>`;
  const groups = grouped(all.flatMap((scope) => permissionsOf([scope])));
  const rows = groups.map(({ mark, permissions }) => {
    const scopes = permissions.flatMap((one) => one.scopes);
    const parts: [string, string[]][] = [
      [words().required, scopes.filter((scope) => required.includes(scope))],
      [words().optionalHead, scopes.filter((scope) => optional.includes(scope))],
    ];
    const said = parts.filter(([, some]) => some.length > 0);
    return html`<dt>${markOf(mark)}</dt><dd>${said.map(([label, some], i) => html`${i > 0 && ' '}${words().those(label, codes(some))}`)}</dd>`;
  });
  return html`<dl class="cans">${rows}</dl>`;
}

const codes = (words: string[]): Html => html`${words.map((word, i) => html`${i > 0 && ', '}<code>${word}</code>`)}`;
