import { html } from 'hono/html';
import { type App, appItem } from './app-identity.ts';
import { connectLines, discoveryLines } from './connect-lines.ts';
import * as icons from './icons.ts';
import { layout } from './layout.ts';
import { siteLinks } from './site.ts';
import { type Html, name } from './text.ts';

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
  return layout({
    title: 'Apps and your projects · VibeCaaS',
    bar: html`<p class="me row">${person ? html`<span>${name(person.email)}</span>${person.admin && html`<a href="/admin">Admin</a>`}<a href="/account/apps">Your account</a>` : html`<a href="/account/apps">Sign in</a>`}</p>`,
    main: html`<main class="page" id="main">
  <div class="hero">
    <h1>Let apps work with your VibeCaaS projects, on your terms</h1>
    <p>An app asks, you decide, and you can take it back within a second. No app ever sees your password.</p>
  </div>
  <div class="halves">
    ${people}
    ${builders(issuer, demo)}
  </div>
  <section class="panel ends" aria-labelledby="ends"><div class="setting"><header><h2 id="ends">For your OAuth library</h2><p>The first line is enough for most.</p></header>
    ${endpoints(issuer)}</div></section>
  <section class="panel" aria-labelledby="connect"><div class="stack"><h2 id="connect">Connect in five lines</h2>
    <p class="small quiet">In Node, with the package <code>openid-client</code>. Put your client id in. Send the person to <code>url</code>, and keep <code>verifier</code> for when they come back.</p>
    <pre class="block">${connectLines(issuer)}</pre></div></section>
</main>`,
  });
}

const example: App = { clientId: 'example', name: 'Demo Notes', owner: 'Example Company Ltd', standing: 'verified' };

const point = (icon: Html, words: Html | string): Html => html`<li>${icon}<span>${words}</span></li>`;

const people = html`<section><p class="eyebrow">For people</p><h2>See who may act for you</h2>
      <ul role="list">${point(icons.eye, 'Every app and agent, and what each may do.')}${point(icons.tick, 'You allow all that an app asks for, or a part of it.')}${point(icons.cross, 'One button ends it, everywhere at once.')}</ul>
      <figure class="pane"><figcaption><span>For example</span></figcaption>${appItem(example)}</figure>
      <p class="row"><a class="btn solid" href="/account/apps">Your connected apps</a><a href="/account/security">Security</a></p></section>`;

function builders(issuer: string, demo: boolean): Html {
  const { docsUrl, supportUrl } = siteLinks();
  const ask = supportUrl
    ? html`<a href="${supportUrl}">Ask them for one</a>`
    : html`<a href="/help">Ask them for one</a>`;
  return html`<section><p class="eyebrow">For builders</p><h2>Connect what you build</h2>
      <ul role="list">${point(icons.box, 'OAuth 2.0 as in the standard: give your library one address, it finds the rest.')}${point(icons.key, html`Your app needs a client id. It comes from whoever runs this server: they register your app. ${ask}.`)}${demo && point(icons.robot, html`To try it first: <code>demo-app</code> is registered here already.`)}</ul>
      <figure class="pane"><figcaption><span>One address, any library</span></figcaption><pre>${discoveryLines(issuer)}</pre></figure>
      <p class="row">${demo && html`<a class="btn" href="/playground">Try it step by step</a>`}<a${!demo && html` class="btn"`} href="#connect">Connect in five lines</a><a href="/account/your-apps">Your apps</a>${docsUrl && html`<a href="${docsUrl}">Documentation</a>`}</p></section>`;
}

function endpoints(issuer: string): Html {
  const rows = [
    ['Issuer', ''],
    ['Authorize', '/oauth/authorize'],
    ['Token', '/oauth/token'],
    ['Revoke', '/oauth/revoke'],
    ['Metadata', metadata],
  ];
  return html`<dl class="receipt">${rows.map(([label, path]) => html`<dt>${label}</dt><dd><code>${issuer}${path}</code></dd>`)}</dl>`;
}
