import { html } from 'hono/html';
import { type App, appItem } from './app-identity.ts';
import { connectLines, discoveryLines } from './connect-lines.ts';
import * as icons from './icons.ts';
import { layout } from './layout.ts';
import { m } from './messages/index.ts';
import { security } from './own-pages.ts';
import { docsAddress, siteLinks } from './site.ts';
import { type Html, linkTo, name } from './text.ts';

const metadata = '/.well-known/oauth-authorization-server';

/**
 * The page at the issuer's root. It tells people who use apps what this server does for them, and people who build apps
 * where a client id comes from, where the documentation is and who can help. `person` is whoever is signed in.
 */
export function landingPage(props: {
  issuer: string;
  demo: boolean;
  person?: { email: string; admin: boolean } | undefined;
}): string {
  const { issuer, demo, person } = props;
  const words = m().site.landing;
  const { admin, signIn, yourAccount } = m().frame;
  return layout({
    title: `${words.title} · VibeCaaS`,
    bar: html`<p class="me row">${person ? html`<span>${name(person.email)}</span>${person.admin && html`<a href="/admin">${admin}</a>`}<a href="/account/apps">${yourAccount}</a>` : html`<a href="/account/apps">${signIn}</a>`}</p>`,
    main: html`<main class="page" id="main">
  <div class="hero">
    <h1>${words.heading}</h1>
    <p>${words.lead}</p>
  </div>
  <div class="halves">
    ${people()}
    ${builders(issuer, demo)}
  </div>
  <section class="panel ends" aria-labelledby="ends"><div class="setting"><header><h2 id="ends">${words.library}</h2><p>${words.libraryLead}</p></header>
    ${endpoints(issuer)}</div></section>
  <section class="panel" aria-labelledby="connect"><div class="stack"><h2 id="connect">${words.fiveLines}</h2>
    <p class="small quiet">${words.fiveLinesText(html`<code>openid-client</code>`, html`<code>url</code>`, html`<code>verifier</code>`)}</p>
    <pre class="block">${connectLines(issuer)}</pre></div></section>
</main>`,
  });
}

const example: App = { clientId: 'example', name: 'Demo Notes', owner: 'Example Company Ltd', standing: 'verified' };

const point = (icon: Html, words: Html | string): Html => html`<li>${icon}<span>${words}</span></li>`;

function people(): Html {
  const words = m().site.landing;
  const { see, allow, end } = words.peoplePoints;
  return html`<section><p class="eyebrow">${words.forPeople}</p><h2>${words.peopleHeading}</h2>
      <ul role="list">${point(icons.eye, see)}${point(icons.tick, allow)}${point(icons.cross, end)}</ul>
      <figure class="pane"><figcaption><span>${words.example}</span></figcaption>${appItem(example)}</figure>
      <p class="row"><a class="btn solid" href="/account/apps">${m().frame.yourConnectedApps}</a>${security()}<a href="/device">${m().device.title}</a></p></section>`;
}

function builders(issuer: string, demo: boolean): Html {
  const { supportUrl } = siteLinks();
  const words = m().site.landing;
  const { standard, clientId, demo: demoPoint } = words.builderPoints;
  return html`<section><p class="eyebrow">${words.forBuilders}</p><h2>${words.buildersHeading}</h2>
      <ul role="list">${point(icons.box, standard)}${point(icons.key, clientId(linkTo(supportUrl ?? '/help')))}${demo && point(icons.robot, demoPoint(html`<code>demo-app</code>`))}</ul>
      <figure class="pane"><figcaption><span>${words.oneAddress}</span></figcaption><pre>${discoveryLines(issuer)}</pre></figure>
      <p class="row">${demo && html`<a class="btn" href="/playground">${words.tryIt}</a>`}<a${!demo && html` class="btn"`} href="#connect">${words.fiveLines}</a><a href="/account/your-apps">${m().frame.yourApps}</a><a href="${docsAddress()}">${m().frame.documentation}</a></p></section>`;
}

function endpoints(issuer: string): Html {
  const words = m().site.landing.endpoints;
  const rows = [
    [words.issuer, ''],
    [words.authorize, '/oauth/authorize'],
    [words.token, '/oauth/token'],
    [words.revoke, '/oauth/revoke'],
    [words.metadata, metadata],
  ];
  return html`<dl class="receipt">${rows.map(([label, path]) => html`<dt>${label}</dt><dd><code>${issuer}${path}</code></dd>`)}</dl>`;
}
