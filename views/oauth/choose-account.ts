import { html } from 'hono/html';
import { type App, appIdentity, callName, callText, isTrusted } from '../app-identity.ts';
import * as icons from '../icons.ts';
import { layout } from '../layout.ts';
import { m } from '../messages/index.ts';
import { note } from '../note.ts';
import { name } from '../text.ts';

/**
 * Asks which account an app may use, because the app wants people to be asked or names another account than the one
 * that is signed in (`hint`, an address). Posts `csrf` and `account=current` to `action`, or `csrf` to `switchAction`
 * for another account.
 */
export function chooseAccountPage(props: {
  csrf: string;
  action: string;
  switchAction: string;
  app: App;
  account: { name: string; email: string };
  hint?: string;
}): string {
  const { app, account, hint } = props;
  const words = m().signIn.choose;
  const csrf = html`<input type="hidden" name="csrf" value="${props.csrf}">`;
  const best = isTrusted(app) && ' solid';
  const goOn = html`<form method="post" action="${props.action}">${csrf}<button class="btn wide${!hint && best}" name="account" value="current"><span>${words.goOnAs(name(account.email))}</span></button></form>`;
  const other = html`<form method="post" action="${props.switchAction}">${csrf}<button class="btn wide${hint && best}"><span>${hint ? words.signInAs(name(hint)) : words.another}</span></button></form>`;
  return layout({
    title: `${words.title(callText(app))} · VibeCaaS`,
    kind: 'short',
    main: html`<main class="sheet plain" id="main">
  <div class="who">
    ${appIdentity(app, 'host')}
    <h1>${words.heading(callName(app))}</h1>
    <p>${words.signedInAs(name(account.name), name(account.email))}</p>
  </div>
  <div class="what stack">
    ${hint && note({ kind: 'warn', icon: icons.warning, what: words.asksFor(callName(app), name(hint)), todo: words.notThatOne })}
    ${hint ? [other, goOn] : [goOn, other]}
    <p class="small quiet">${words.whatHappens}</p>
  </div>
</main>`,
  });
}
