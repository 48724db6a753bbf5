import { html } from 'hono/html';
import { layout } from '../layout.ts';
import { texts } from './texts.ts';

type LinkKind = keyof typeof texts.ended.again;

const ways: Readonly<Record<LinkKind, string>> = {
  reset: '/reset',
  verify: '/account/security',
  change: '/account/security',
  undo: '/reset',
  invite: '/sign-in',
};

/** The link was used, has expired, or a newer one was asked for. */
export function linkEndedPage({ kind }: { kind: LinkKind }): string {
  const { title, lead, again, tips } = texts.ended;
  return layout({
    title: `${title} · VibeCaaS`,
    kind: 'short',
    main: html`<main class="sheet" id="main">
  <div class="who"><div class="keep"><h1>${title}</h1><p>${lead}</p></div></div>
  <div class="what"><ul class="tips">${tips.map((tip) => html`<li>${tip}</li>`)}</ul>
    <p class="field"><a class="btn solid wide" href="${ways[kind]}">${again[kind]}</a></p></div>
</main>`,
  });
}
