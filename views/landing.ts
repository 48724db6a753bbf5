import { html } from 'hono/html';
import { connectLines } from './connect-lines.ts';
import { layout } from './layout.ts';
import { type Html, name } from './text.ts';

const metadata = '/.well-known/oauth-authorization-server';

/** The page at the issuer's root: what this server is, for people who use apps and for those who build them. */
export function landingPage(props: { issuer: string; demo: boolean; email?: string }): string {
  return layout({
    title: 'VibeCaaS authorization server',
    area: 'auth',
    bar: html`<p class="me">${props.email && html`<span>${name(props.email)} · </span>`}<a href="/account/apps">Connected apps</a></p>`,
    main: html`<main class="page" id="main">
  <div class="hero">
    <h1>Let apps work with your VibeCaaS projects, on your terms</h1>
    <p>This server gives an app permission to act for you. It never shows the app your password or API key, and you can end it within a second.</p>
    <div class="row">${ways(props.demo, props.email !== undefined)}</div>
  </div>
  <div class="doors">
    <section><h2>You use apps</h2><p>See which apps may act for you, what each may do, and end any of them.</p><p><a href="/account/apps">Connected apps</a></p></section>
    <section><h2>You build an app</h2><p>OAuth 2.0 with PKCE, as in the standard. Give your library this address; it finds the rest.</p><p><a href="#connect">Connect in five lines</a></p></section>
  </div>
  <section class="panel ends" aria-labelledby="ends"><div class="setting"><header><h2 id="ends">For your OAuth library</h2><p>The first line is enough for most.</p></header>
    ${endpoints(props.issuer)}</div></section>
  <section class="panel" aria-labelledby="connect"><div class="stack"><h2 id="connect">Connect in five lines</h2>
    <p class="small quiet">In Node, with the package <code>openid-client</code>. Send the person to <code>url</code>, and keep <code>verifier</code> for when they come back.</p>
    <pre class="block">${connectLines(props.issuer)}</pre></div></section>
</main>`,
  });
}

/** The first way on is the solid one. */
function ways(demo: boolean, signedIn: boolean): Html {
  const account = signedIn ? 'Connected apps' : 'Sign in';
  if (!demo) return html`<a class="btn solid" href="/account/apps">${account}</a>`;
  return html`<a class="btn solid" href="/playground">Walk through it</a><a class="btn" href="/account/apps">${account}</a>`;
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
