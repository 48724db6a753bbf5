import { html } from 'hono/html';
import * as icons from '../../icons.ts';
import { m } from '../../messages/index.ts';
import { type Html, listed, name } from '../../text.ts';
import { day } from '../../time.ts';
import { empty } from '../empty.ts';
import { selectField, textField } from '../fields.ts';
import { type AdminFrame, adminLayout } from '../layout.ts';
import { countLine, type PagerLinks, pager } from '../pager.ts';

const words = () => m().adminAccounts.list;

export type AccountRow = {
  id: string;
  email: string;
  name: string;
  admin: boolean;
  tier: string;
  suspended: boolean;
  created: Date;
};

export type AccountListFilter = { q?: string; status?: 'active' | 'suspended'; role?: 'user' | 'admin' };

/** Every account, or those that match a search and filters. */
export function accountsPage(props: {
  frame: AdminFrame;
  filter: AccountListFilter;
  rows: AccountRow[];
  links: PagerLinks;
}): string {
  const { filter, rows } = props;
  return adminLayout({
    frame: props.frame,
    title: words().title,
    tab: 'accounts',
    head: html`<div><h1>${words().title}</h1><p>${words().lead}</p></div><div class="row"><a class="btn" href="/admin/api-keys">${m().frame.apiKeys}</a><a class="btn" href="/admin/invitations">${m().adminInvitations.title}</a><a class="btn solid" href="/admin/accounts/new">${words().create}</a></div>`,
    content: html`${filters(filter)}
${rows.length > 0 ? html`${countLine({ links: props.links, noun: words().noun(props.links.total), asked: asked(filter), clear: '/admin/accounts', order: words().order })}${table(rows)}${pager(props.links)}` : nothing(filter)}`,
  });
}

function filters({ q = '', status, role }: AccountListFilter): Html {
  const any = { value: '', label: words().any };
  const statuses = [any, { value: 'active', label: words().active }, { value: 'suspended', label: words().suspended }];
  const roles = [any, { value: 'user', label: words().user }, { value: 'admin', label: words().admin }];
  return html`<form class="filters" method="get" action="/admin/accounts" role="search">
  ${textField({ name: 'q', label: words().search, type: 'search', value: q, small: true })}
  ${selectField({ name: 'status', label: words().state, choices: statuses, small: true, ...(status && { value: status }) })}
  ${selectField({ name: 'role', label: words().role, choices: roles, small: true, ...(role && { value: role }) })}
  <button class="btn less">${words().apply}</button>
</form>`;
}

function table(rows: AccountRow[]): Html {
  return html`<div class="panel"><div class="table"><table>
    <caption class="vh">${words().caption}</caption>
    <thead><tr><th scope="col" aria-sort="ascending">${words().address}</th><th scope="col">${words().state}</th><th scope="col" class="mid">${words().name}</th><th scope="col" class="far">${words().tier}</th><th scope="col" class="mid">${words().since}</th></tr></thead>
    <tbody>${rows.map(row)}</tbody>
  </table></div></div>`;
}

function row(account: AccountRow): Html {
  const admin = account.admin && html` <span class="tag">${words().admin}</span>`;
  return html`
      <tr><th scope="row"><a href="/admin/account/${account.id}">${name(account.email)}</a>${admin}<br><span class="mono">${account.id}</span></th><td>${accountTag(account.suspended)}</td><td class="mid">${name(account.name)}</td><td class="far">${account.tier}</td><td class="mid nb">${day(account.created)}</td></tr>`;
}

export const accountTag = (suspended: boolean): Html =>
  suspended
    ? html`<span class="tag bad">${icons.wrong}${words().suspended}</span>`
    : html`<span class="tag">${words().active}</span>`;

/** What was asked for, in words. */
function asked({ q, status, role }: AccountListFilter): Html | undefined {
  const parts = [
    ...(q ? [m().apps.quoted(name(q))] : []),
    ...(status ? [html`${words().inState(status === 'active' ? words().active : words().suspended)}`] : []),
    ...(role ? [html`${words().inRole(role === 'admin' ? words().admin : words().user)}`] : []),
  ];
  return parts.length > 0 ? listed(parts) : undefined;
}

function nothing(filter: AccountListFilter): Html {
  const { q } = filter;
  const others = asked({ ...filter, q: '' });
  return empty({
    title: q ? words().noMatchFor(name(q)) : words().noMatch,
    why: html`${words().searches}${others && m().adminClients.list.alsoFilter(others)}`,
    way: { href: '/admin/accounts', label: words().clear },
  });
}
