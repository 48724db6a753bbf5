import { html } from 'hono/html';
import { type App, appIdentity, callName } from '../app-identity.ts';
import { layout } from '../layout.ts';
import { m } from '../messages/index.ts';
import { name } from '../text.ts';

/**
 * Asks before it signs a person out. `app` is the one that sent them here. Posts `xsrf`, and `logout=yes` unless they
 * stay. The button to stay comes first, so Enter changes nothing.
 */
export function signOutPage(props: { action: string; xsrf: string; app?: App; email: string }): string {
  const words = m().signIn.out;
  return layout({
    title: `${words.title} · VibeCaaS`,
    kind: 'short',
    main: html`<main class="sheet" id="main">
  <div class="who">
    ${props.app && appIdentity(props.app, 'host')}
    <h1>${words.heading}</h1>
    ${props.app && html`<p>${words.asked(callName(props.app))}</p>`}
    <p>${words.signedInAs(name(props.email))}</p>
  </div>
  <div class="what">
    <form method="post" action="${props.action}" class="stack">
      <input type="hidden" name="xsrf" value="${props.xsrf}">
      <h2>${words.onlyHere}</h2>
      <p class="small quiet">${words.onlyHereLead}</p>
      <div class="pair"><button class="btn">${words.stay}</button><button class="btn solid" name="logout" value="yes">${words.submit}</button></div>
    </form>
  </div>
</main>`,
  });
}
