import { html } from 'hono/html';
import { layout } from './layout.ts';
import { siteLinks } from './site.ts';
import type { Html } from './text.ts';

/*
 * The pages that the foot links to if the operator's settings name none of their own: short, and true of every
 * installation.
 */

export function helpPage(): string {
  const { docsUrl, supportUrl } = siteLinks();
  return sitePage({
    title: 'Help',
    lead: 'What to do here, and whom to ask.',
    parts: [
      [
        'You use apps',
        html`<p>See which apps may act for you, what each may do, and end any of them under <a href="/account/apps">Connected apps</a>. Change your password under <a href="/account/security">Security</a>.</p>`,
      ],
      [
        'You build an app',
        html`<p>An app needs a client id. Whoever runs this server registers the app and gives you the id; <a href="/#connect">five lines</a> connect it then. For a library: <a href="/.well-known/oauth-authorization-server">the server’s metadata</a>.${docsUrl && html` For all the rest: <a href="${docsUrl}">the documentation</a>.`}</p>`,
      ],
      [
        'Something went wrong',
        html`<p>If you keep getting an error page, note the request id that it shows and give it to ${supportUrl ? html`<a href="${supportUrl}">whoever runs this server</a>` : 'whoever runs this server'}: it leads to the reason. If an app does what it should not, disconnect it first, then tell them.</p>`,
      ],
    ],
  });
}

export function privacyPage(): string {
  const { privacyUrl } = siteLinks();
  return sitePage({
    title: 'Privacy',
    lead: 'What this server keeps about you, and who sees it.',
    parts: [
      [
        'What is kept',
        html`<p>Your address and name. Your password only as a hash that nobody can read back. Which apps you allowed to do what. A log of what happened to your account, with the network address it came from.</p>`,
      ],
      [
        'Who sees it',
        html`<p>Whoever runs this server. An app sees what you allow it, and never your password. ${privacyUrl ? html`Their <a href="${privacyUrl}">privacy policy</a> says the rest.` : 'They have named no privacy policy of their own here.'}</p>`,
      ],
      [
        'Cookies',
        html`<p>Only those that keep you signed in and protect forms. These pages load nothing from elsewhere and follow nobody.</p>`,
      ],
    ],
  });
}

export function termsPage(): string {
  const { termsUrl } = siteLinks();
  return sitePage({
    title: 'Terms',
    lead: 'What you agree to here.',
    parts: [
      [
        'This server',
        termsUrl
          ? html`<p>The <a href="${termsUrl}">terms</a> of whoever runs this server apply here.</p>`
          : html`<p>Whoever runs this server has named no terms for it here. What you agreed with them for your account applies.</p>`,
      ],
      [
        'Apps',
        html`<p>Each app has terms of its own. You can end what an app may do at any time under <a href="/account/apps">Connected apps</a>.</p>`,
      ],
    ],
  });
}

function sitePage(props: { title: string; lead: string; parts: [heading: string, content: Html][] }): string {
  return layout({
    title: `${props.title} · VibeCaaS`,
    main: html`<main class="page" id="main">
  <header><div><h1>${props.title}</h1><p>${props.lead}</p></div></header>
  <div class="panel">${props.parts.map(
    ([heading, content]) => html`
    <section class="setting"><header><h2>${heading}</h2></header><div>${content}</div></section>`,
  )}
  </div>
</main>`,
  });
}
