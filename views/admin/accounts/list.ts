import { html } from 'hono/html';
import * as icons from '../../icons.ts';
import { type Html, listed, name } from '../../text.ts';
import { day } from '../../time.ts';
import { empty } from '../empty.ts';
import { selectField, textField } from '../fields.ts';
import { type AdminFrame, adminLayout } from '../layout.ts';
import { countLine, type PagerLinks, pager } from '../pager.ts';

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
    title: 'Accounts',
    tab: 'accounts',
    head: html`<div><h1>Accounts</h1><p>The people whose projects apps may act on.</p></div><div class="row"><a class="btn" href="/admin/invitations">Invitations</a><a class="btn solid" href="/admin/accounts/new">Create an account</a></div>`,
    content: html`${filters(filter)}
${rows.length > 0 ? html`${countLine({ links: props.links, noun: props.links.total === 1 ? 'account' : 'accounts', asked: asked(filter), clear: '/admin/accounts', order: 'By address' })}${table(rows)}${pager(props.links)}` : nothing(filter)}`,
  });
}

function filters({ q = '', status, role }: AccountListFilter): Html {
  const any = { value: '', label: 'Any' };
  const statuses = [any, { value: 'active', label: 'Active' }, { value: 'suspended', label: 'Suspended' }];
  const roles = [any, { value: 'user', label: 'User' }, { value: 'admin', label: 'Admin' }];
  return html`<form class="filters" method="get" action="/admin/accounts" role="search">
  ${textField({ name: 'q', label: 'Search', type: 'search', value: q, small: true })}
  ${selectField({ name: 'status', label: 'State', choices: statuses, small: true, ...(status && { value: status }) })}
  ${selectField({ name: 'role', label: 'Role', choices: roles, small: true, ...(role && { value: role }) })}
  <button class="btn less">Apply</button>
</form>`;
}

function table(rows: AccountRow[]): Html {
  return html`<div class="panel"><div class="table"><table>
    <caption class="vh">Accounts, by address</caption>
    <thead><tr><th scope="col" aria-sort="ascending">Address</th><th scope="col">State</th><th scope="col" class="mid">Name</th><th scope="col" class="far">Tier</th><th scope="col" class="mid">Since</th></tr></thead>
    <tbody>${rows.map(row)}</tbody>
  </table></div></div>`;
}

function row(account: AccountRow): Html {
  const admin = account.admin && html` <span class="tag">Admin</span>`;
  return html`
      <tr><th scope="row"><a href="/admin/account/${account.id}">${name(account.email)}</a>${admin}<br><span class="mono">${account.id}</span></th><td>${accountTag(account.suspended)}</td><td class="mid">${name(account.name)}</td><td class="far">${account.tier}</td><td class="mid nb">${day(account.created)}</td></tr>`;
}

export const accountTag = (suspended: boolean): Html =>
  suspended ? html`<span class="tag bad">${icons.wrong}Suspended</span>` : html`<span class="tag">Active</span>`;

/** What was asked for, in words. */
function asked({ q, status, role }: AccountListFilter): Html | undefined {
  const parts = [
    ...(q ? [html`“${name(q)}”`] : []),
    ...(status ? [html`state ${status === 'active' ? 'Active' : 'Suspended'}`] : []),
    ...(role ? [html`role ${role === 'admin' ? 'Admin' : 'User'}`] : []),
  ];
  return parts.length > 0 ? listed(parts) : undefined;
}

function nothing(filter: AccountListFilter): Html {
  const { q } = filter;
  const others = asked({ ...filter, q: '' });
  return empty({
    title: q ? html`No account matches “${name(q)}”` : 'No account matches',
    why: html`Search takes an id, or the beginnings of words in address and name.${others && html` You also filter by ${others}.`}`,
    way: { href: '/admin/accounts', label: 'Clear search and filters' },
  });
}
