import { html } from 'hono/html';
import * as icons from '../icons.ts';
import { m } from '../messages/index.ts';
import { note } from '../note.ts';
import { summary } from '../scopes.ts';
import { type Html, listed, name, plain } from '../text.ts';
import { ago, day } from '../time.ts';
import { type UsageOfDay, usageBars } from '../usage.ts';
import { accountLayout } from './layout.ts';

/** A key as pages show it: everything but the key. */
export type ShownKey = {
  id: string;
  name: string;
  environment: 'live' | 'test';
  /** Its beginning and its last four characters. */
  looks: string;
  lastFour: string;
  scope: readonly string[];
  /** Undefined: all of them. */
  projects?: readonly string[] | undefined;
  networks?: readonly string[] | undefined;
  created: Date;
  /** Undefined: it does not end. */
  expires?: Date | undefined;
  /** Undefined: it works, or it ended by itself. */
  revoked?: Date | undefined;
  lastUsed?: { at: Date; address?: string | undefined } | undefined;
  /** Its calls on the last days, oldest first; undefined without any. */
  calls?: readonly UsageOfDay[] | undefined;
  /** What the key that replaced it looks like. */
  replacedBy?: string | undefined;
};

export type KeyFrame = { csrf: string; email: string; admin?: boolean };

/** What has just been done: a key with this name was revoked, or the form of a new key was sent twice. */
export type KeysNotice = { revoked: string } | 'already';

export const keysPath = '/account/api-keys';
export const keyPath = ({ id }: Pick<ShownKey, 'id'>): string => `${keysPath}/${id}`;

/** Heard after a verb, so that keys with one name can be told apart. */
export const spokenKey = ({ name: given, lastFour }: ShownKey): string => plain(m().apiKeys.of(given, lastFour));

export const hasEnded = ({ revoked, expires }: Pick<ShownKey, 'revoked' | 'expires'>, now: Date): boolean =>
  revoked !== undefined || (expires !== undefined && expires <= now);

const dayMs = 86_400_000;
/** A key that ends within so many days needs its owner's attention. */
const soonDays = 7;

/** A page about keys. */
export function keyLayout(
  { csrf, email, admin }: KeyFrame,
  { title, content }: { title: string; content: Html },
): string {
  return accountLayout({ title, tab: 'api-keys', csrf, email, ...(admin && { admin: true }), content });
}

/** The keys of a person: those that work, then those that ended. */
export function accountApiKeysPage(
  props: KeyFrame & { keys: readonly ShownKey[]; now: Date; notice?: KeysNotice | undefined },
): string {
  const words = m().apiKeys;
  const { keys, now, notice } = props;
  const working = keys.filter((key) => !hasEnded(key, now));
  const ended = keys.filter((key) => hasEnded(key, now));
  return keyLayout(props, {
    title: m().frame.apiKeys,
    content: html`<header><div><h1>${m().frame.apiKeys}</h1><p>${words.lead}</p></div>${working.length > 0 && html`<a class="btn solid" href="${keysPath}/new">${words.new}</a>`}</header>
${notice && noticeNote(notice)}
${working.length > 0 ? html`<ul class="panel" role="list">${working.map((key) => item(key, now))}</ul>` : empty(ended.length > 0)}
<p class="small quiet field">${words.advice}</p>
${ended.length > 0 && endedKeys(ended)}`,
  });
}

function empty(hadSome: boolean): Html {
  const words = m().apiKeys;
  return html`<div class="panel"><div class="empty"><h2>${hadSome ? words.emptyNow : words.empty}</h2><p>${words.emptyText}</p><p><a class="btn solid" href="${keysPath}/new">${words.new}</a></p><p class="field"><a href="/docs/api-keys">${words.emptyDocs}</a></p></div></div>`;
}

function item(key: ShownKey, now: Date): Html {
  const words = m().apiKeys;
  const spoken = html`<span class="vh"> ${spokenKey(key)}</span>`;
  return html`
  <li class="item">
    <div class="name"><p class="row"><b>${name(key.name)}</b> ${keyTags(key, now)}</p><p class="small"><code>${key.looks}</code></p></div>
    <div class="acts row"><a class="btn less" href="${keyPath(key)}">${words.details}${spoken}</a>${!key.replacedBy && html`<a class="btn less" href="${keyPath(key)}/rotate">${words.rotate}${spoken}</a>`}<a class="btn less danger" href="${keyPath(key)}/revoke">${words.revoke}${spoken}</a></div>
    <div class="stack">${summary([...key.scope])}<p class="small quiet">${joined(standing(key, now))}</p>${usageBars(key.calls)}</div>
  </li>`;
}

export function keyTags(key: ShownKey, now: Date): Html {
  const words = m().apiKeys;
  const days = key.expires && Math.ceil((key.expires.getTime() - now.getTime()) / dayMs);
  const soon = days !== undefined && days > 0 && days <= soonDays && !key.revoked;
  return html`<span class="tag">${words.environments[key.environment]}</span>${key.replacedBy && html` <span class="tag">${words.replaced}</span>`}${soon && html` <span class="tag warn">${icons.warning}${words.endsIn(days)}</span>`}`;
}

/** When it ends, its last use, and what limits it. */
function standing(key: ShownKey, now: Date): Html[] {
  const words = m().apiKeys;
  return [
    key.expires ? words.ends(day(key.expires)) : words.neverEnds,
    lastUse(key, now),
    ...(key.networks ? [words.onlyFrom(monospaced(key.networks))] : []),
    ...(key.projects ? [words.onlyIn(listed(key.projects.map(name)))] : []),
  ];
}

function lastUse({ lastUsed }: ShownKey, now: Date): Html {
  const words = m().apiKeys;
  if (!lastUsed) return words.neverUsed;
  const { at, address } = lastUsed;
  return address ? words.lastUsedFrom(ago(at, now), monospaced([address])) : words.lastUsed(ago(at, now));
}

/** The same as a fact of its own. */
export function lastUseFact({ lastUsed }: ShownKey, now: Date): Html {
  const words = m().apiKeys.key;
  if (!lastUsed) return html`${words.neverUsed}`;
  const { at, address } = lastUsed;
  return address ? words.usedFrom(ago(at, now), monospaced([address])) : html`${ago(at, now)}`;
}

export const monospaced = (texts: readonly string[]): Html =>
  listed(texts.map((text) => html`<span class="mono">${plain(text)}</span>`));

const joined = (parts: readonly Html[]): Html =>
  html`${parts.map((part, index) => html`${index > 0 && ' · '}${part}`)}`;

function endedKeys(keys: readonly ShownKey[]): Html {
  const words = m().apiKeys;
  const rows = keys.map(
    (key) =>
      html`<li><div><p class="row"><b>${name(key.name)}</b> <code class="small">${key.looks}</code></p><p>${ending(key)}</p></div><a class="btn less" href="${keyPath(key)}">${words.details}<span class="vh"> ${spokenKey(key)}</span></a></li>`,
  );
  return html`<section class="panel field" aria-labelledby="ended"><div class="setting"><header><h2 id="ended">${words.ended}</h2><p>${words.endedLead}</p></header><div><ul class="lines" role="list">${rows}</ul></div></div></section>`;
}

export function ending({ revoked, expires }: Pick<ShownKey, 'revoked' | 'expires'>): Html | undefined {
  if (revoked) return m().apiKeys.revokedOn(day(revoked));
  return expires && m().apiKeys.endedOn(day(expires));
}

function noticeNote(notice: KeysNotice): Html {
  const words = m().apiKeys.notices;
  if (notice === 'already') {
    return note({ kind: 'warn', icon: icons.warning, what: words.already, todo: words.alreadyTodo, role: 'alert' });
  }
  const what = words.revoked(name(notice.revoked));
  return note({ kind: 'good', icon: icons.tick, what, todo: words.revokedTodo, role: 'status' });
}
