import { html } from 'hono/html';
import { type Problems, textField } from '../admin/fields.ts';
import * as icons from '../icons.ts';
import { m } from '../messages/index.ts';
import { note } from '../note.ts';
import { markOf, type Permission, permissionsOf } from '../scopes.ts';
import { receipt } from '../secret-once.ts';
import { type Html, listed, name, plain } from '../text.ts';
import { day, minute } from '../time.ts';
import { type LastCall, type UsageOfDay, usageSetting } from '../usage.ts';
import { networksField, setting } from './api-key-new.ts';
import {
  ending,
  hasEnded,
  type KeyFrame,
  keyLayout,
  keyPath,
  keysPath,
  keyTags,
  lastUseFact,
  type ShownKey,
  spokenKey,
} from './api-keys.ts';
import { endDays } from './app.ts';

/** What has just been done: a permission was removed, an end was set, or the name and the networks were saved. */
export type KeyNotice = { removed: string } | 'limited' | 'saved';

type Props = KeyFrame & {
  key: ShownKey;
  now: Date;
  /** The last thirty days, oldest first. */
  usage: readonly UsageOfDay[];
  lastCall?: LastCall | undefined;
  notice?: KeyNotice | undefined;
  /** What was typed and is wrong, if that is why the page is shown. */
  typed?: { name: string; networks: string } | undefined;
  problems?: Problems | undefined;
};

/** One key: what it may do, until when, and where it works. Forms post to `/remove`, `/limit` and `/edit` below its address. */
export function accountApiKeyPage(props: Props): string {
  const { key, now, notice } = props;
  const words = m().apiKeys;
  const ended = hasEnded(key, now);
  return keyLayout(props, {
    title: key.name,
    content: html`<header class="subject"><p class="crumb"><a href="${keysPath}">← ${m().frame.apiKeys}</a></p>
  <div class="app"><div class="grow"><h1>${name(key.name)}</h1><p class="row">${keyTags(key, now)}${ended && html`<span class="small quiet">${ending(key)}</span>`}</p></div>${!ended && acts(key)}</div></header>
${notice && noticeNote(notice)}${ended && endedNote()}
<div class="panel">
  ${setting('key', words.key.key, facts(key, now), words.key.keyLead)}
  ${setting('may', words.form.may, permissions(props, ended), ended ? undefined : isOne(key) ? words.key.mayOnly : words.key.mayLead)}
  ${!ended && until(props)}
  ${usageSetting({ days: props.usage, last: props.lastCall, now })}
  ${!ended && edit(props)}
</div>`,
  });
}

function acts(key: ShownKey): Html {
  const words = m().apiKeys;
  const spoken = html`<span class="vh"> ${spokenKey(key)}</span>`;
  return html`<p class="acts row">${!key.replacedBy && html`<a class="btn" href="${keyPath(key)}/rotate">${words.rotate}${spoken}</a>`}<a class="btn danger" href="${keyPath(key)}/revoke">${words.revoke}${spoken}</a></p>`;
}

function facts(key: ShownKey, now: Date): Html {
  const words = m().apiKeys.key;
  const replaced =
    key.replacedBy && html`<p class="small quiet">${words.replacedBy(html`<code>${key.replacedBy}</code>`)}</p>`;
  return html`${receipt([
    [words.looks, html`<code>${key.looks}</code>`],
    [words.made, day(key.created)],
    [words.lastUse, lastUseFact(key, now)],
    ...(key.projects ? ([[m().apiKeys.once.projects, listed(key.projects.map(name))]] as const) : []),
  ])}${replaced}`;
}

/** The last permission ends with the key. */
const isOne = ({ scope }: ShownKey): boolean => permissionsOf([...scope]).length === 1;

function permissions({ key, csrf }: Props, ended: boolean): Html {
  const list = permissionsOf([...key.scope]);
  const removable = !ended && !isOne(key);
  const rows = list.map(
    (permission) =>
      html`<li><div><p class="row">${markOf(permission.mark)} <b>${permission.title}</b></p><p>${permission.line}</p></div>${removable && removal(permission, key, csrf)}</li>`,
  );
  return html`<ul class="lines" role="list">${rows}</ul>`;
}

function removal({ scopes: [scope], title }: Permission, key: ShownKey, csrf: string): Html {
  return html`<form method="post" action="${keyPath(key)}/remove"><input type="hidden" name="csrf" value="${csrf}"><button class="btn less" name="scope" value="${scope}">${m().connectedApp.remove}<span class="vh"> ${plain(m().apiKeys.key.removeFrom(title, key.name))}</span></button></form>`;
}

function until({ key, csrf, now }: Props): Html {
  const words = m().connectedApp;
  const { expires } = key;
  const sooner = endDays.filter((days) => !expires || now.getTime() + Number(days) * 86_400_000 < expires.getTime());
  const said = expires ? m().apiKeys.key.until(minute(expires)) : m().apiKeys.key.untilRevoked;
  return setting(
    'until',
    m().apiKeys.form.until,
    html`<div class="stack"><p class="small">${said}</p>${
      sooner.length > 0 &&
      html`<form method="post" action="${keyPath(key)}/limit" class="row"><input type="hidden" name="csrf" value="${csrf}"><label class="small" for="days">${words.sooner}</label><select class="less days" id="days" name="days">${sooner.map((days) => html`<option value="${days}"${days === '30' && html` selected`}>${words.ends[days]}</option>`)}</select><button class="btn less">${words.set}</button></form>`
    }</div>`,
  );
}

function edit({ key, csrf, typed, problems = {} }: Props): Html {
  const words = m().apiKeys;
  const { name: value, networks } = typed ?? { name: key.name, networks: (key.networks ?? []).join('\n') };
  const { name: called, nameLabel: label } = words.form;
  return setting(
    'edit',
    words.key.edit,
    html`<form method="post" action="${keyPath(key)}/edit"><input type="hidden" name="csrf" value="${csrf}">${textField({ name: 'name', label, called, value, problem: problems.name, required: true })}${networksField(networks, problems.networks)}<p class="field"><button class="btn less">${words.key.save}</button></p></form>`,
  );
}

function endedNote(): Html {
  const words = m().apiKeys.key;
  return note({ kind: 'warn', icon: icons.clock, what: words.hasEnded, todo: words.hasEndedTodo });
}

function noticeNote(notice: KeyNotice): Html {
  const words = m().apiKeys.notices;
  const what = notice === 'saved' ? words.saved : notice === 'limited' ? words.limited : words.removed(notice.removed);
  const todo = typeof notice === 'object' ? words.removedTodo : undefined;
  return note({ kind: 'good', icon: icons.tick, what, ...(todo && { todo }), role: 'status' });
}
