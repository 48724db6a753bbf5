import { html } from 'hono/html';
import { type App, callName } from '../app-identity.ts';
import { m } from '../messages/index.ts';
import { permissionsOf, summary } from '../scopes.ts';
import { type Html, listed } from '../text.ts';
import { day } from '../time.ts';

/** What a person answered earlier: scopes they allowed, scopes they left out, and when. */
export type Before = { granted: string[]; refused: string[]; since: Date };

/** What was allowed already, in a quiet box below what is new. `asked` holds the scopes of this request. */
export function beforeBox(app: App, before: Before, asked: string[]): Html {
  const words = m().consent.before;
  const again = before.refused.filter((scope) => asked.includes(scope));
  const notNow = before.refused.filter((scope) => !asked.includes(scope));
  return html`<section class="before stack" aria-labelledby="old"><h2 id="old">${words.heading(day(before.since))}</h2>
      ${summary(before.granted)}
      ${leftOut(notNow, (n) => words.notNow(callName(app), n))}
      ${leftOut(again, (n) => words.again(callName(app), n))}
    </section>`;
}

function leftOut(scopes: string[], then: (n: number) => Html): Html | undefined {
  const list = permissionsOf(scopes);
  if (list.length === 0) return undefined;
  const titles = listed(list.map((permission) => html`<b>${permission.title}</b>`));
  return html`<p class="small quiet">${m().consent.before.leftOut(titles)} ${then(list.length)}</p>`;
}
