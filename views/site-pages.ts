import { html } from 'hono/html';
import { layout } from './layout.ts';
import { m } from './messages/index.ts';
import { activity, connectedApps, security, sessions, yourData } from './own-pages.ts';
import { docsAddress, siteLinks } from './site.ts';
import { type Html, linkTo } from './text.ts';

/*
 * The pages that the foot links to if the operator's settings name none of their own: short, and true of every
 * installation.
 */

export function helpPage(): string {
  const { supportUrl } = siteLinks();
  const words = m().site.help;
  const [lines, metadata] = [linkTo('/#connect'), linkTo('/.well-known/oauth-authorization-server')];
  const keys = linkTo('/account/api-keys');
  return sitePage({
    title: words.title,
    lead: words.lead,
    parts: [
      [m().registration.help, html`${m().registration.helpText}`],
      [words.cantSignIn, words.cantSignInText(linkTo('/reset'))],
      [words.notYou, words.notYouText(sessions(), security(), activity(), connectedApps(), keys)],
      [words.safer, words.saferText(security())],
      [words.useApps, words.useAppsText(connectedApps(), security())],
      [words.useKeys, words.useKeysText(keys)],
      [words.data, words.dataText(yourData())],
      [words.buildApp, html`${words.buildAppText(lines, metadata)} ${words.buildAppDocs(linkTo(docsAddress()))}`],
      [words.wrong, words.wrongText(linkTo(supportUrl))],
    ],
  });
}

export function privacyPage(): string {
  const { privacyUrl } = siteLinks();
  const words = m().site.privacy;
  return sitePage({
    title: words.title,
    lead: words.lead,
    parts: [
      [words.kept, words.keptLines],
      [words.seen, html`${words.seenText} ${privacyUrl ? words.policy(linkTo(privacyUrl)) : words.noPolicy}`],
      [words.cookies, html`${words.cookiesText}`],
    ],
  });
}

export function termsPage(): string {
  const { termsUrl } = siteLinks();
  const words = m().site.terms;
  return sitePage({
    title: words.title,
    lead: words.lead,
    parts: [
      [words.server, termsUrl ? words.serverText(linkTo(termsUrl)) : html`${words.noTerms}`],
      [words.apps, words.appsText(connectedApps())],
    ],
  });
}

function sitePage(props: { title: string; lead: string; parts: [heading: string, text: Html | string[]][] }): string {
  return layout({
    title: `${props.title} · VibeCaaS`,
    main: html`<main class="page" id="main">
  <header><div><h1>${props.title}</h1><p>${props.lead}</p></div></header>
  <div class="panel">${props.parts.map(
    ([heading, text]) => html`
    <section class="setting"><header><h2>${heading}</h2></header><div>${Array.isArray(text) ? html`<ul class="stack">${text.map((line) => html`<li>${line}</li>`)}</ul>` : html`<p>${text}</p>`}</div></section>`,
  )}
  </div>
</main>`,
  });
}
