import { html } from 'hono/html';
import { type App, appIdentity, callName, isTrusted } from './app-identity.ts';
import { isLinkable } from './host.ts';
import { layout } from './layout.ts';
import type { Html } from './text.ts';

/** Says that the session here has ended. `app` is the one that a person came from; it may have a session of its own. */
export function signedOutPage(props: { app?: App } = {}): string {
  const { app } = props;
  return layout({
    title: 'Signed out · VibeCaaS',
    kind: 'short',
    main: html`<main class="sheet" id="main">
  <div class="who">
    ${app && appIdentity(app, 'host')}
    <h1>You are signed out of VibeCaaS</h1>
    <p>In this browser. Other browsers and devices stay signed in.</p>
  </div>
  <div class="what stack">
    <h2>On a shared computer</h2>
    <p>${app ? html`Sign out of ${callName(app)} too` : 'Sign out of the apps you used too'}: an app can keep you signed in on its own pages.</p>
    <p class="row"><a class="btn" href="/account/apps">Sign in again</a>${app && wayBack(app)}</p>
  </div>
</main>`,
  });
}

/** Back to the app, where its address is known to be its own. */
function wayBack(app: App): Html | undefined {
  if (!isTrusted(app) || !app.homepage || !isLinkable(app.homepage)) return undefined;
  return html`<a href="${app.homepage}">Back to ${callName(app)}</a>`;
}
