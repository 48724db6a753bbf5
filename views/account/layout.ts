import { html } from 'hono/html';
import { layout } from '../layout.ts';
import { type Html, name } from '../text.ts';

type Group = { heading?: string; links: readonly (readonly [tab: string, label: string])[] };

/** The column at the side, in groups. A link leads to `/account/` and its tab. */
const groups = [
  {
    links: [
      ['apps', 'Connected apps'],
      ['security', 'Security'],
    ],
  },
  { heading: 'Build', links: [['your-apps', 'Your apps']] },
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
  return layout({
    title: `${props.title} · VibeCaaS`,
    area: 'account',
    script: props.script,
    bar: html`
  <form class="me row" method="post" action="/sign-out"><input type="hidden" name="csrf" value="${props.csrf}"><span>${name(props.email)}</span>${props.admin && html`<a href="/admin">Admin</a>`}<button class="link">Sign out</button></form>
`,
    main: html`<div class="frame">
<nav class="side" aria-label="Account">${groups.map((group) => side(group, props.tab))}</nav>
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
      html`<li><a href="/account/${path}"${path === tab && html` aria-current="page"`}>${label}</a></li>`,
  );
  return html`${heading && html`<h2>${heading}</h2>`}<ul role="list">${items}</ul>`;
}
