import { html } from 'hono/html';
import { choiceGroup } from '../admin/fields.ts';
import * as icons from '../icons.ts';
import type { Messages } from '../messages/en.ts';
import { m } from '../messages/index.ts';
import { note } from '../note.ts';
import { summary } from '../scopes.ts';
import { copyButtons, type Fact, receipt, secretOnce } from '../secret-once.ts';
import { type Html, listed, name } from '../text.ts';
import { day, minute } from '../time.ts';
import { limitReached, setting } from './api-key-new.ts';
import {
  hasEnded,
  type KeyFrame,
  keyLayout,
  keyPath,
  keysPath,
  lastUseFact,
  monospaced,
  type ShownKey,
  spokenKey,
} from './api-keys.ts';

type Acted = KeyFrame & { key: ShownKey; now: Date };

/** How long a replaced key may go on, in days. */
export const keyOverlaps = [
  '0',
  '1',
  '7',
  '30',
] as const satisfies readonly (keyof Messages['apiKeys']['rotation']['overlaps'])[];

/** The page that shows a new key, this once. `old` is the key that it replaces. */
export function accountApiKeyOncePage(
  props: Acted & {
    secret: string;
    old?: ShownKey | undefined;
    /** The address of the API, with its version. */
    api: string;
  },
): string {
  const words = m().apiKeys.once;
  const { key, secret, old, api, now } = props;
  return keyLayout(props, {
    title: key.name,
    content: html`<header><div><p class="crumb"><a href="${keysPath}">← ${m().frame.apiKeys}</a></p><h1>${name(key.name)}</h1><p>${words.made(key.environment)}</p></div></header>
${secretOnce({
  what: words.isNew,
  secret,
  facts: old ? [[words.oldKey, oldKey(old, now)]] : [],
  env: [
    ['VIBECAAS_API_URL', api],
    ['VIBECAAS_API_KEY', secret],
  ],
})}
<div class="panel"><div class="setting"><h2>${m().apiKeys.form.may}</h2><div class="stack">${summary([...key.scope])}${receipt(limits(key))}</div></div>
${key.scope.includes('projects:read') && tryIt(api)}
<div class="row"><a class="btn" href="${keysPath}">${words.have}</a></div></div>${copyButtons()}`,
  });
}

function oldKey(old: ShownKey, now: Date): Html {
  const words = m().apiKeys.once;
  const looks = html`<code>${old.looks}</code>`;
  return hasEnded(old, now) || !old.expires ? words.oldEnded(looks) : words.oldUntil(looks, minute(old.expires));
}

function limits({ projects, expires, networks }: ShownKey): Fact[] {
  const words = m().apiKeys.once;
  return [
    [words.projects, projects ? listed(projects.map(name)) : html`${words.allProjects}`],
    [words.ends, expires ? day(expires) : html`${words.never}`],
    [words.from, networks ? monospaced(networks) : html`${words.anywhere}`],
  ];
}

const tryIt = (api: string): Html =>
  html`<figure class="setting"><figcaption><h2>${m().apiKeys.once.tryIt}</h2></figcaption><div class="pane"><pre>curl ${api}/projects \\
  -H "Authorization: Bearer $VIBECAAS_API_KEY"</pre></div></figure>`;

/**
 * Asks how long the old key goes on. It posts to its own address. `refused`: it cannot be rotated any more; `full`: there are as many
 * keys as there can be, so that the old one would have to end; `today`: as many were made today as may be.
 */
export function accountApiKeyRotationPage(
  props: Acted & { wrong?: boolean; refused?: boolean; full?: number | undefined; today?: number | undefined },
): string {
  const words = m().apiKeys.rotation;
  const { key, csrf, now, wrong = false, refused = false } = props;
  return keyLayout(props, {
    title: words.titleText(key.name),
    content: html`<header><div><p class="crumb"><a href="${keysPath}">← ${m().frame.apiKeys}</a></p><h1>${words.title(name(key.name))}</h1><p>${words.lead}</p></div></header>
${
  refused
    ? note({ kind: 'bad', icon: icons.wrong, what: words.not, todo: words.notTodo, role: 'alert' })
    : html`${limitReached(props)}<form method="post" action="${keyPath(key)}/rotate"><input type="hidden" name="csrf" value="${csrf}"><div class="panel">
  ${setting('r-old', words.old, receipt(oldFacts(key, now)))}
  ${setting('r-for', words.keep, html`${overlaps(wrong)}<p class="small quiet field">${words.hint}</p>`, words.keepLead)}
  <div class="row"><button class="btn solid">${words.submit}</button><a href="${keysPath}">${m().apiKeys.form.cancel}</a></div>
</div></form>`
}`,
  });
}

function oldFacts(key: ShownKey, now: Date): Fact[] {
  const words = m().apiKeys.key;
  return [
    [words.looks, html`<code>${key.looks}</code>`],
    [words.lastUse, lastUseFact(key, now)],
  ];
}

function overlaps(wrong: boolean): Html {
  const words = m().apiKeys.rotation;
  const radios = keyOverlaps.map(
    (days) =>
      html`<label><input type="radio" name="days" value="${days}"${days === '7' && html` checked`}><span>${words.overlaps[days]}${days === '0' && html`<small>${words.leaked}</small>`}</span></label>`,
  );
  const problem = wrong ? m().fields.chooseOne : undefined;
  return choiceGroup({
    name: 'days',
    legend: words.keep,
    problem,
    content: html`<div class="seg flow">${radios}</div>`,
  });
}

/** Says what stops when a key is revoked, and asks. It posts to its own address. */
export function accountApiKeyRevocationPage(props: Acted): string {
  const { key, csrf, now } = props;
  const words = m().apiKeys.revocation;
  return keyLayout(props, {
    title: words.titleText(key.name),
    content: html`<header><div><p class="crumb"><a href="${keysPath}">← ${m().frame.apiKeys}</a></p><h1>${words.title(name(key.name))}</h1></div></header>
<div class="panel"><section class="setting" aria-labelledby="what"><header><h2 id="what">${m().apiKeys.key.key}</h2></header><div class="stack">
  ${receipt(oldFacts(key, now))}
  <p>${words.effect}</p>
  <p>${words.final}${!key.replacedBy && html` ${words.rather}`}</p>
  <form method="post" action="${keyPath(key)}/revoke" class="row"><input type="hidden" name="csrf" value="${csrf}"><a class="btn" href="${keysPath}">${words.keep}</a><button class="btn danger">${m().apiKeys.revoke}<span class="vh"> ${spokenKey(key)}</span></button></form></div></section></div>`,
  });
}
