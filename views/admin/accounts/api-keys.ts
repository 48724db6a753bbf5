import { html } from 'hono/html';
import { networksField } from '../../account/api-key-new.ts';
import { ending, hasEnded, monospaced } from '../../account/api-keys.ts';
import { m } from '../../messages/index.ts';
import { type Fact, receipt } from '../../secret-once.ts';
import { type Html, listed, name, plain } from '../../text.ts';
import { ago, day } from '../../time.ts';
import { type LastCall, type UsageOfDay, usageSetting } from '../../usage.ts';
import { type Act, actPage } from '../act.ts';
import { empty } from '../empty.ts';
import { type Problems, reasonField, textField } from '../fields.ts';
import { type AdminFrame, adminLayout, form } from '../layout.ts';

const words = () => m().adminApiKeys;
const path = '/admin/api-keys';
const keyPath = ({ id }: Pick<FoundKey, 'id'>) => `/admin/api-key/${id}`;

export type FoundKey = {
  id: string;
  name: string;
  /** Its beginning and its last four characters. */
  looks: string;
  environment: 'live' | 'test';
  owner: { id: string; email: string };
  /** Undefined: all of them. */
  projects?: readonly string[] | undefined;
  networks?: readonly string[] | undefined;
  scope: readonly string[];
  created: Date;
  expires?: Date | undefined;
  revoked?: Date | undefined;
  lastUsed?: { at: Date; address?: string | undefined } | undefined;
};

/** Finds keys. The search is posted to this address, because it may be a key. `sought` never is one: it is shown again. */
export function adminApiKeysPage(props: {
  frame: AdminFrame;
  /** What was searched, if something was. */
  sought?: string | undefined;
  keys: readonly FoundKey[];
  now: Date;
}): string {
  const { frame, sought, keys, now } = props;
  return adminLayout({
    frame,
    title: words().title,
    tab: 'accounts',
    head: html`<div><p class="crumb"><a href="/admin/accounts">← ${m().adminFrame.tabs.accounts}</a></p><h1>${words().title}</h1><p>${words().lead}</p></div>`,
    content: html`${form({
      csrf: frame.csrf,
      action: path,
      kind: 'filters one',
      content: html`${textField({ name: 'sought', label: words().search, small: true, required: true })}<button class="btn less">${words().find}</button>`,
    })}
<p class="small quiet field">${words().searchHint}</p>
${keys.length > 0 ? table(keys, now) : sought !== undefined && empty({ title: words().nothing, why: words().nothingWhy(html`<code>${plain(sought)}</code>`), way: { href: path, label: words().again } })}`,
  });
}

function table(keys: readonly FoundKey[], now: Date): Html {
  return html`<div class="panel"><div class="table"><table>
    <caption class="vh">${words().caption}</caption>
    <thead><tr><th scope="col">${words().key}</th><th scope="col" class="mid">${words().owner}</th><th scope="col" class="mid">${words().may}</th><th scope="col" class="far">${words().lastUse}</th><th scope="col">${words().state}</th></tr></thead>
    <tbody>${keys.map((key) => row(key, now))}</tbody>
  </table></div></div>`;
}

function row(key: FoundKey, now: Date): Html {
  const owner = html`<a href="/admin/account/${key.owner.id}">${name(key.owner.email)}</a>`;
  return html`<tr><th scope="row"><a href="${keyPath(key)}">${name(key.name)}</a><br><code class="small">${key.looks}</code><p class="near quiet">${owner}</p></th><td class="mid">${owner}</td><td class="mid">${scopes(key.scope)}</td><td class="far">${lastUse(key, now)}</td><td>${state(key, now)}</td></tr>`;
}

function lastUse({ lastUsed }: FoundKey, now: Date): Html {
  if (!lastUsed) return html`${words().never}`;
  const { at, address } = lastUsed;
  return html`${ago(at, now)}${address && html` <span class="mono">${plain(address)}</span>`}`;
}

const scopes = (list: readonly string[]): Html =>
  html`${list.map((one, i) => html`${i > 0 && ' '}<code>${one}</code>`)}`;

function state(key: FoundKey, now: Date): Html | undefined {
  const { id, name: called, looks, expires } = key;
  if (hasEnded(key, now)) return ending(key);
  return html`${expires ? m().apiKeys.ends(day(expires)) : m().apiKeys.neverEnds}<br><a class="btn less danger" href="${keyPath({ id })}/revoke">${m().apiKeys.revoke}<span class="vh"> ${plain(called)} ${looks}</span></a>`;
}

type KeyPage = {
  frame: AdminFrame;
  key: FoundKey;
  /** The last thirty days, oldest first. */
  usage: readonly UsageOfDay[];
  lastCall?: LastCall | undefined;
  now: Date;
  /** What was typed and is wrong, if that is why the page is shown. */
  typed?: { networks: string; reason: string } | undefined;
  problems?: Problems | undefined;
};

/** One key: whose it is, what it may do, and what was done with it. The form of its networks posts to `/networks` below its address. */
export function adminApiKeyPage(props: KeyPage): string {
  const { frame, key, usage, lastCall: last, now } = props;
  const keys = `${path}?account=${key.owner.id}`;
  return adminLayout({
    frame,
    title: key.name,
    tab: 'accounts',
    refused: Object.keys(props.problems ?? {}).length > 0,
    head: html`<div><p class="crumb"><a href="${keys}">← ${words().title}</a></p><h1>${name(key.name)}</h1><p class="row"><span class="tag">${m().apiKeys.environments[key.environment]}</span> <code>${key.looks}</code></p></div>${!hasEnded(key, now) && html`<a class="btn danger" href="${keyPath(key)}/revoke">${m().apiKeys.revoke}<span class="vh"> ${plain(key.name)} ${key.looks}</span></a>`}`,
    content: html`<div class="panel"><section class="setting" aria-labelledby="key"><header><h2 id="key">${words().key}</h2><p>${words().keyLead}</p></header><div>${receipt(facts(key, now))}</div></section>
  ${!hasEnded(key, now) && networks(props)}
  ${usageSetting({ days: usage, last, now })}
</div>`,
  });
}

function networks({ frame: { csrf }, key, typed, problems = {} }: KeyPage): Html {
  const { networks: value, reason } = typed ?? { networks: (key.networks ?? []).join('\n'), reason: '' };
  return html`<section class="setting" aria-labelledby="from"><header><h2 id="from">${m().apiKeys.form.networksLabel}</h2><p>${words().networksLead}</p></header><div>${form(
    {
      csrf,
      action: `${keyPath(key)}/networks`,
      content: html`${networksField(value, problems.networks)}${reasonField({ value: reason, problem: problems.reason, required: false, hint: words().networksReason })}<p class="field"><button class="btn less">${m().apiKeys.key.save}</button></p>`,
    },
  )}</div></section>`;
}

function facts(key: FoundKey, now: Date): Fact[] {
  const { once } = m().apiKeys;
  return [
    [words().owner, html`<a href="/admin/account/${key.owner.id}">${name(key.owner.email)}</a>`],
    [words().id, html`<code>${key.id}</code>`],
    [words().may, scopes(key.scope)],
    [once.projects, key.projects ? listed(key.projects.map(name)) : html`${once.allProjects}`],
    [once.from, key.networks ? monospaced(key.networks) : html`${once.anywhere}`],
    [m().apiKeys.key.made, html`${day(key.created)}`],
    [words().state, html`${hasEnded(key, now) ? ending(key) : key.expires ? day(key.expires) : once.never}`],
    [words().lastUse, lastUse(key, now)],
  ];
}

/** Says what revoking does, and asks why. */
export function adminApiKeyRevocationPage(props: {
  frame: AdminFrame;
  key: FoundKey;
  problems: Problems;
  reason: string;
}): string {
  const { key, ...rest } = props;
  return actPage({ ...rest, tab: 'accounts', act: revocation(key) });
}

function revocation(key: FoundKey): Act {
  const looks = html`<code>${key.looks}</code>`;
  return {
    title: words().revokeText(plain(key.name)),
    heading: words().revoke(name(key.name)),
    effects: [words().whose(looks, name(key.owner.email)), html`${words().effect}`, html`${words().told}`],
    button: m().apiKeys.revoke,
    action: `${keyPath(key)}/revoke`,
    back: keyPath(key),
  };
}
