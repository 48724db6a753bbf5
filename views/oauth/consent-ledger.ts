import { html } from 'hono/html';
import * as icons from '../icons.ts';
import { m } from '../messages/index.ts';
import { grouped, markOf, type Permission, permissionOf, permissionsOf } from '../scopes.ts';
import type { Html } from '../text.ts';

/**
 * The permissions asked for, under their marks: a tick is required, a checkbox is up to the person. `folds`: the page has a
 * "Read only" switch, which folds all that is more than seeing.
 */
export function ledger(
  { required, optional }: { required: string[]; optional: string[] },
  ticked: string[],
  folds = false,
): Html {
  const fixed = permissionsOf(required);
  const picks = optional.map(permissionOf).filter((permission) => permission !== undefined);
  const all = inOrder([...required, ...optional], [...fixed, ...picks]);
  if (all.length === 0) {
    return html`<p>${m().consent.nothingAsked}</p>`;
  }
  const groups = grouped(all).map(
    (group) => html`<div${folds && group.mark !== 'see' && html` class="writes"`}>
        <h3>${markOf(group.mark)}</h3>${folds && group.mark !== 'see' && leftOut()}
        <ul>${group.permissions.map((permission) => (picks.includes(permission) ? pick(permission, ticked) : line(permission)))}</ul>
      </div>`,
  );
  return html`<div class="ledger">${groups}</div>`;
}

const leftOut = (): Html => html`<p class="left-out">${m().consentChoices.leftOut}</p>`;

/** How many are optional, and what to do with them. */
export function upToYou(required: string[], optional: string[]): Html | undefined {
  const n = optional.filter(permissionOf).length;
  if (n === 0) return undefined;
  const words = m().consent.upToYou;
  if (permissionsOf(required).length > 0) return html`<p>${words.some(n)}</p>`;
  return html`<p>${n === 1 ? words.onlyOne : words.all}</p>`;
}

/** Sorts by the order of the table of scopes, whether a permission is optional or not. */
function inOrder(scopes: string[], list: Permission[]): Permission[] {
  const ranked = permissionsOf(scopes).flatMap((permission) => permission.scopes);
  const rank = (permission: Permission): number => Math.min(...permission.scopes.map((scope) => ranked.indexOf(scope)));
  return [...list].sort((a, b) => rank(a) - rank(b));
}

function line(permission: Permission): Html {
  return html`
          <li class="scope">${icons.tick}<div><b>${permission.title}</b><p>${permission.line}</p></div></li>`;
}

function pick(permission: Permission, ticked: string[]): Html {
  const scope = permission.scopes.join(' ');
  const id = scope.replace(/[^A-Za-z0-9]+/g, '-');
  const checked = ticked.includes(scope) && html` checked`;
  return html`
          <li class="scope pick">
            <input type="checkbox" name="scope" value="${scope}" id="${id}" aria-describedby="${id}-what"${checked}>
            <div><label for="${id}">${permission.title}</label> <span class="opt">${m().consent.optional}</span><p id="${id}-what">${permission.line}</p></div>
          </li>`;
}
