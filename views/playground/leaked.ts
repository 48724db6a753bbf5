import { html } from 'hono/html';
import * as icons from '../icons.ts';
import { layout } from '../layout.ts';
import { m } from '../messages/index.ts';
import { note } from '../note.ts';
import { type Html, plain } from '../text.ts';

const words = () => m().leaked.demo;

export type LeakedKey = {
  /** Prefix and last four characters. */
  shown: string;
  /** It ended now, and not before. */
  ended: boolean;
  /** What the API answered before and after the report. */
  before: number;
  after: number;
  tookMs: number;
};

/** A key leaks. `text` has a new key; `keys` is what became of those that were reported. */
export function leakedDemoPage(props: { csrf: string; text?: string; keys?: LeakedKey[] }): string {
  const { text, keys } = props;
  const csrf = html`<input type="hidden" name="csrf" value="${props.csrf}">`;
  return layout({
    title: `${words().title} · VibeCaaS`,
    area: m().playground.page.area,
    bar: html`<p class="me"><a href="/playground">${words().back}</a></p>`,
    main: html`<main class="page" id="main">
  <header><div><h1>${words().title}</h1><p>${words().lead}</p></div></header>
  ${keys && results(keys)}
  <div class="panel">
  <section class="setting" aria-labelledby="make"><header><h2 id="make">${words().make}</h2><p>${words().makeLead}</p></header><form method="post" action="/playground/leaked/key">${csrf}<p><button class="btn">${words().makeButton}</button></p></form></section>
  <section class="setting" aria-labelledby="report"><header><h2 id="report">${words().report}</h2><p>${words().reportLead}</p></header><form method="post" action="/playground/leaked">${csrf}<div class="stack"><div class="field"><label for="text">${words().text}</label><textarea class="mono" id="text" name="text" rows="5" autocomplete="off" spellcheck="false" required>
${plain(text ?? '')}</textarea></div><p><button class="btn solid">${words().reportButton}</button></p></div></form></section>
  </div>
</main>`,
  });
}

function results(keys: LeakedKey[]): Html {
  if (keys.length === 0)
    return note({ kind: 'warn', icon: icons.warning, what: words().none, todo: words().noneTodo, role: 'status' });
  return html`${keys.map(({ shown, ended, before, after, tookMs }) =>
    note({
      kind: after === 401 ? 'good' : 'warn',
      icon: after === 401 ? icons.tick : icons.warning,
      what: html`<span class="mono">${shown}</span>`,
      todo: ended ? words().died(before, after, tookMs) : words().wasDead(after),
      role: 'status',
    }),
  )}`;
}
