import { html } from 'hono/html';
import { type App, appIdentity, callName } from '../app-identity.ts';
import { layout } from '../layout.ts';
import { name } from '../text.ts';

/**
 * Asks before it signs a person out. `app` is the one that sent them here. Posts `xsrf`, and `logout=yes` unless they
 * stay. The button to stay comes first, so Enter changes nothing.
 */
export function signOutPage(props: { action: string; xsrf: string; app?: App; email: string }): string {
  return layout({
    title: 'Sign out? · VibeCaaS',
    kind: 'short',
    main: html`<main class="sheet" id="main">
  <div class="who">
    ${props.app && appIdentity(props.app, 'host')}
    <h1>Sign out of VibeCaaS?</h1>
    ${props.app && html`<p>${callName(props.app)} asks for this.</p>`}
    <p>You are signed in as ${name(props.email)}.</p>
  </div>
  <div class="what">
    <form method="post" action="${props.action}" class="stack">
      <input type="hidden" name="xsrf" value="${props.xsrf}">
      <h2>This browser only</h2>
      <p class="small quiet">You sign in again the next time an app asks. Other browsers and devices stay signed in.</p>
      <div class="pair"><button class="btn">Stay signed in</button><button class="btn solid" name="logout" value="yes">Sign out</button></div>
    </form>
  </div>
</main>`,
  });
}
