import { html } from 'hono/html';
import { layout } from '../layout.ts';
import { m } from '../messages/index.ts';

const ways = {
  reset: '/reset',
  verify: '/account/security',
  change: '/account/security',
  undo: '/reset',
  invite: '/sign-in',
  register: '/register',
} as const;

type LinkKind = keyof typeof ways;

/** The link was used, has expired, or a newer one was asked for. */
export function linkEndedPage({ kind }: { kind: LinkKind }): string {
  const { title, lead, again, tips } = m().links.ended;
  const label = again[kind === 'register' ? 'reset' : kind];
  const more = kind === 'invite' ? [m().registration.invited] : [];
  return layout({
    title: `${title} · VibeCaaS`,
    kind: 'short',
    main: html`<main class="sheet" id="main">
  <div class="who"><div class="keep"><h1>${title}</h1><p>${lead}</p></div></div>
  <div class="what"><ul class="tips">${[...tips, ...more].map((tip) => html`<li>${tip}</li>`)}</ul>
    <p class="field"><a class="btn solid wide" href="${ways[kind]}">${label}</a></p></div>
</main>`,
  });
}
