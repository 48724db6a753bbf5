import { html } from 'hono/html';
import { type App, appIdentity, callName, isTrusted } from '../app-identity.ts';
import { isLinkable } from '../host.ts';
import { layout } from '../layout.ts';
import { type Html, name } from '../text.ts';

/**
 * Says whether the session here has ended. It has not if the person chose to stay or has signed in again; `email` is
 * then the address of that account. `app` sent the person here and may have a session of its own.
 */
export function signedOutPage({ app, email }: { app?: App | undefined; email?: string | undefined } = {}): string {
  return layout({
    title: `${email === undefined ? 'Signed out' : 'Still signed in'} · VibeCaaS`,
    kind: 'short',
    main: html`<main class="sheet" id="main">
  <div class="who">
    ${app && appIdentity(app, 'host')}
    ${email === undefined ? gone : here(email)}
  </div>
  <div class="what stack">
    ${email === undefined ? onSharedComputer(app) : whileSignedIn}
    <p class="row">${email === undefined ? html`<a class="btn" href="/account/apps">Sign in again</a>` : html`<a class="btn" href="/account/apps">Your connected apps</a>`}${app && wayBack(app)}</p>
  </div>
</main>`,
  });
}

const gone = html`<h1>You are signed out of VibeCaaS</h1>
    <p>In this browser. Other browsers and devices stay signed in.</p>`;

const here = (email: string): Html => html`<h1>You are still signed in to VibeCaaS</h1>
    <p>As ${name(email)}, in this browser.</p>`;

const onSharedComputer = (app: App | undefined): Html => html`<h2>On a shared computer</h2>
    <p>${app ? html`Sign out of ${callName(app)} too` : 'Sign out of the apps you used too'}: an app can keep you signed in on its own pages.</p>`;

const whileSignedIn = html`<h2>To sign out later</h2>
    <p>Each of your own pages here has “Sign out” at its top.</p>`;

/** Leads back to the app, if its homepage is known to be its own. */
function wayBack(app: App): Html | undefined {
  if (!isTrusted(app) || !app.homepage || !isLinkable(app.homepage)) return undefined;
  return html`<a href="${app.homepage}">Back to ${callName(app)}</a>`;
}
