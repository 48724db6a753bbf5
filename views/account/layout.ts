import { html } from 'hono/html';
import { layout } from '../layout.ts';
import { type Html, name } from '../text.ts';

const tabs = [
  ['apps', 'Apps'],
  ['security', 'Security'],
] as const;

/** A page of a person's own: who they are and the way out above it. Signing out posts `csrf` to `/sign-out`. */
export function accountLayout(props: {
  title: string;
  tab: (typeof tabs)[number][0];
  csrf: string;
  email: string;
  content: Html;
}): string {
  const links = tabs.map(
    ([path, label]) => html`<a href="/account/${path}"${path === props.tab && html` aria-current="page"`}>${label}</a>`,
  );
  return layout({
    title: `${props.title} · VibeCaaS`,
    area: 'account',
    bar: html`
  <form class="me row" method="post" action="/sign-out"><input type="hidden" name="csrf" value="${props.csrf}"><span>${name(props.email)}</span><button class="link">Sign out</button></form>
  <nav class="tabs" aria-label="Account">${links}</nav>
`,
    main: html`<main class="page" id="main">
${props.content}
</main>`,
  });
}
