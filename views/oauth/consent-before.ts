import { html } from 'hono/html';
import { type App, callName } from '../app-identity.ts';
import { allowedSummary } from '../by-organisation.ts';
import { m } from '../messages/index.ts';
import { permissionsOf } from '../scopes.ts';
import { type Html, listed } from '../text.ts';
import { day } from '../time.ts';

/** What a person answered earlier: scopes they allowed, scopes they left out, and when; and the scopes that are requested now. */
export type Before = { granted: string[]; refused: string[]; since: Date; requested: readonly string[] };

/** What was allowed already, in a quiet box below what is new. `asked` holds the scopes that the page asks for. */
export function beforeBox(app: App, before: Before, asked: string[]): Html {
  const words = m().consent.before;
  const again = before.refused.filter((scope) => asked.includes(scope));
  const notNow = before.refused.filter((scope) => !before.requested.includes(scope));
  // Without `prompt=consent` nobody is asked again for what they left out, though the app requests it.
  const stays = before.refused.filter((scope) => before.requested.includes(scope) && !asked.includes(scope));
  return html`<section class="before stack" aria-labelledby="old"><h2 id="old">${words.heading(day(before.since))}</h2>
      ${allowedSummary(before, { label: m().connectedApps.byOrganisation, nothing: m().consent.nothingAsked })}
      ${leftOut(notNow, (n) => words.notNow(callName(app), n))}
      ${leftOut(stays, (n) => words.stays(n))}
      ${leftOut(again, (n) => words.again(callName(app), n))}
    </section>`;
}

function leftOut(scopes: string[], then: (n: number) => Html | string): Html | undefined {
  const list = permissionsOf(scopes);
  if (list.length === 0) return undefined;
  const titles = listed(list.map((permission) => html`<b>${permission.title}</b>`));
  return html`<p class="small quiet">${m().consent.before.leftOut(titles)} ${then(list.length)}</p>`;
}
