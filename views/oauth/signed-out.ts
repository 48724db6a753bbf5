import { html } from 'hono/html';
import { type App, appIdentity, callName, isTrusted } from '../app-identity.ts';
import { isLinkable } from '../host.ts';
import { layout } from '../layout.ts';
import { m } from '../messages/index.ts';
import { type Html, name } from '../text.ts';

/**
 * Says whether the session here has ended. It has not if the person chose to stay or has signed in again; `email` is
 * then the address of that account. `app` sent the person here and may have a session of its own.
 */
export function signedOutPage({ app, email }: { app?: App | undefined; email?: string | undefined } = {}): string {
  const words = m().signIn.gone;
  return layout({
    title: `${email === undefined ? words.title : words.stillTitle} · VibeCaaS`,
    kind: 'short',
    main: html`<main class="sheet" id="main">
  <div class="who">
    ${app && appIdentity(app, 'host')}
    ${email === undefined ? gone() : here(email)}
  </div>
  <div class="what stack">
    ${email === undefined ? onSharedComputer(app) : whileSignedIn()}
    <p class="row">${email === undefined ? html`<a class="btn" href="/account/apps">${words.again}</a>` : html`<a class="btn" href="/account/apps">${m().frame.yourConnectedApps}</a>`}${app && wayBack(app)}</p>
  </div>
</main>`,
  });
}

const gone = (): Html => html`<h1>${m().signIn.gone.heading}</h1>
    <p>${m().signIn.gone.lead}</p>`;

const here = (email: string): Html => html`<h1>${m().signIn.gone.stillHeading}</h1>
    <p>${m().signIn.gone.stillLead(name(email))}</p>`;

const onSharedComputer = (app: App | undefined): Html => html`<h2>${m().signIn.gone.shared}</h2>
    <p>${app ? m().signIn.gone.sharedApp(callName(app)) : m().signIn.gone.sharedApps}</p>`;

const whileSignedIn = (): Html => html`<h2>${m().signIn.gone.later}</h2>
    <p>${m().signIn.gone.laterLead}</p>`;

/** Leads back to the app, if its homepage is known to be its own. */
function wayBack(app: App): Html | undefined {
  if (!isTrusted(app) || !app.homepage || !isLinkable(app.homepage)) return undefined;
  return html`<a href="${app.homepage}">${m().signIn.gone.backTo(callName(app))}</a>`;
}
