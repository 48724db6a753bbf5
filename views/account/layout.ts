import { html } from 'hono/html';
import { layout } from '../layout.ts';
import type { Messages } from '../messages/en.ts';
import { m } from '../messages/index.ts';
import { type Html, name } from '../text.ts';

type Label = keyof Messages['frame'] &
  ('connectedApps' | 'security' | 'sessions' | 'activity' | 'yourData' | 'apiKeys' | 'yourApps');

type Group = { heading?: 'build'; links: readonly (readonly [tab: string, label: Label])[] };

/** The column at the side, in groups. A link leads to `/account/` and its tab. */
const groups = [
  {
    links: [
      ['apps', 'connectedApps'],
      ['security', 'security'],
      ['sessions', 'sessions'],
      ['activity', 'activity'],
      ['data', 'yourData'],
    ],
  },
  {
    heading: 'build',
    links: [
      ['api-keys', 'apiKeys'],
      ['your-apps', 'yourApps'],
    ],
  },
] as const satisfies readonly Group[];

type Tab = (typeof groups)[number]['links'][number][0];

/**
 * A page of a person's own account: sign-out above it, the other pages beside it. Signing out posts `csrf` to
 * `/sign-out`. An `admin` gets a link to the admin pages.
 */
export function accountLayout(props: {
  title: string;
  tab: Tab;
  csrf: string;
  email: string;
  admin?: boolean;
  /** The address of the script of passkeys. */
  script?: string | undefined;
  content: Html;
}): string {
  const words = m().frame;
  return layout({
    title: `${props.title} · VibeCaaS`,
    area: words.areas.account,
    script: props.script,
    bar: html`
  <form class="me row" method="post" action="/sign-out"><input type="hidden" name="csrf" value="${props.csrf}"><span>${name(props.email)}</span>${props.admin && html`<a href="/admin">${words.admin}</a>`}<button class="link">${words.signOut}</button></form>
`,
    main: html`<div class="frame">
<nav class="side" aria-label="${words.accountNavigation}">${groups.map((group) => side(group, props.tab))}</nav>
<main class="page" id="main">
${props.content}
</main>
</div>`,
  });
}

/* Safari announces a list without bullets as a list only if it has the role. */
function side({ heading, links }: Group, tab: string): Html {
  const items = links.map(
    ([path, label]) =>
      html`<li><a href="/account/${path}"${path === tab && html` aria-current="page"`}>${m().frame[label]}</a></li>`,
  );
  return html`${heading && html`<h2>${m().frame[heading]}</h2>`}<ul role="list">${items}</ul>`;
}
