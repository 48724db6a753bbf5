import { html } from 'hono/html';
import { m } from '../../messages/index.ts';
import { type Html, name, plain } from '../../text.ts';
import { ago, day } from '../../time.ts';
import { type Act, actPage } from '../act.ts';
import { empty } from '../empty.ts';
import { type Problems, textField } from '../fields.ts';
import { type AdminFrame, adminLayout, form } from '../layout.ts';

const words = () => m().adminApiKeys;
const path = '/admin/api-keys';

export type FoundKey = {
  id: string;
  name: string;
  /** Its beginning and its last four characters. */
  looks: string;
  owner: { id: string; email: string };
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
      kind: 'filters',
      content: html`${textField({ name: 'sought', label: words().search, small: true, required: true })}<button class="btn less">${words().find}</button>`,
    })}
<p class="small quiet field">${words().searchHint}</p>
${keys.length > 0 ? table(keys, now) : sought !== undefined && empty({ title: words().nothing, why: words().nothingWhy(html`<code>${plain(sought)}</code>`), way: { href: path, label: words().again } })}`,
  });
}

function table(keys: readonly FoundKey[], now: Date): Html {
  return html`<div class="panel"><div class="table"><table>
    <caption class="vh">${words().caption}</caption>
    <thead><tr><th scope="col">${words().key}</th><th scope="col">${words().owner}</th><th scope="col" class="mid">${words().may}</th><th scope="col" class="far">${words().lastUse}</th><th scope="col">${words().state}</th></tr></thead>
    <tbody>${keys.map((key) => row(key, now))}</tbody>
  </table></div></div>`;
}

function row(key: FoundKey, now: Date): Html {
  const { at, address } = key.lastUsed ?? {};
  const used = at
    ? html`${ago(at, now)}${address && html` <span class="mono">${plain(address)}</span>`}`
    : words().never;
  return html`<tr><th scope="row">${name(key.name)}<br><code class="small">${key.looks}</code></th><td><a href="/admin/account/${key.owner.id}">${name(key.owner.email)}</a></td><td class="mid">${scopes(key.scope)}</td><td class="far">${used}</td><td>${state(key, now)}</td></tr>`;
}

const scopes = (list: readonly string[]): Html =>
  html`${list.map((one, i) => html`${i > 0 && ' '}<code>${one}</code>`)}`;

function state({ id, name: called, looks, revoked, expires }: FoundKey, now: Date): Html {
  if (revoked) return m().apiKeys.revokedOn(day(revoked));
  if (expires && expires <= now) return m().apiKeys.endedOn(day(expires));
  return html`${expires ? m().apiKeys.ends(day(expires)) : m().apiKeys.neverEnds}<br><a class="btn less danger" href="/admin/api-key/${id}/revoke">${m().apiKeys.revoke}<span class="vh"> ${plain(called)} ${looks}</span></a>`;
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
    action: `/admin/api-key/${key.id}/revoke`,
    back: `${path}?account=${key.owner.id}`,
  };
}
