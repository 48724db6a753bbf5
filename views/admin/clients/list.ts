import { html } from 'hono/html';
import { standingTag } from '../../app-identity.ts';
import { m } from '../../messages/index.ts';
import { type Html, listed, name } from '../../text.ts';
import { day } from '../../time.ts';
import { empty } from '../empty.ts';
import { type Choice, selectField, textField } from '../fields.ts';
import { type AdminFrame, adminLayout } from '../layout.ts';
import { countLine, type PagerLinks, pager } from '../pager.ts';
import { type ClientState, type ClientType, selfRegisteredTag, stateLabel, stateTag, typeLabel } from './states.ts';

const words = () => m().adminClients.list;

export type ClientRow = {
  clientId: string;
  name: string;
  type: ClientType;
  gateway: boolean;
  state: ClientState;
  blocked?: boolean;
  /** VibeCaaS’s own. */
  own: boolean;
  selfRegistered?: boolean;
  /** In words, because counting stops at a bound. */
  people: string;
  created: Date;
};

export type ClientListFilter = { q?: string; type?: ClientType; state?: ClientState };

/** A column that can be sorted by: where its heading leads, and how it is sorted now. */
export type SortHead = { href: string; sorted?: 'ascending' | 'descending' };

/** Every client, or those that match a search and filters. */
export function clientsPage(props: {
  frame: AdminFrame;
  /** How many there are, in digits. */
  registered: string;
  /** How many wait for a reviewer. */
  waiting: number;
  filter: ClientListFilter;
  order: { by: 'name' | 'created'; descending: boolean };
  heads: { name: SortHead; created: SortHead };
  rows: ClientRow[];
  links: PagerLinks;
}): string {
  const { frame, registered, waiting, filter, rows } = props;
  return adminLayout({
    frame,
    title: words().title,
    tab: 'clients',
    head: html`<div><h1>${words().title}</h1><p>${words().registered(registered)}${waiting > 0 && html` <a href="?state=in_review">${words().waiting(waiting)}</a>`}</p></div><a class="btn solid" href="/admin/clients/new">${words().register}</a>`,
    content: html`${(registered !== '0' || isFiltered(filter)) && filters(filter)}
${rows.length > 0 ? html`${countLine({ links: props.links, noun: words().noun(props.links.total), asked: asked(filter), clear: '/admin/clients', order: words().orders[props.order.by][props.order.descending ? 1 : 0] })}${table(props)}${pager(props.links)}` : nothing(filter)}`,
  });
}

/** What was asked for, in words. */
function asked({ q, type, state }: ClientListFilter): Html | undefined {
  const parts = [
    ...(q ? [m().apps.quoted(name(q))] : []),
    ...(type ? [html`${words().ofType(typeLabel(type))}`] : []),
    ...(state ? [html`${words().inState(stateLabel(state))}`] : []),
  ];
  return parts.length > 0 ? listed(parts) : undefined;
}

const any = (): Choice => ({ value: '', label: words().any });
const choices = (labels: Readonly<Record<string, string>>): Choice[] => [
  any(),
  ...Object.entries(labels).map(([value, label]) => ({ value, label })),
];

function filters({ q = '', type = '' as never, state = '' as never }: ClientListFilter): Html {
  return html`<form class="filters" method="get" action="/admin/clients" role="search">
  ${textField({ name: 'q', label: words().search, type: 'search', value: q, small: true })}
  ${selectField({ name: 'type', label: words().type, value: type, choices: choices(m().adminClients.types), small: true })}
  ${selectField({ name: 'state', label: words().state, value: state, choices: choices(m().adminClients.states), small: true })}
  <button class="btn less">${words().apply}</button>
</form>`;
}

function table({ heads, rows }: Parameters<typeof clientsPage>[0]): Html {
  return html`<div class="panel"><div class="table"><table>
    <caption class="vh">${words().title}</caption>
    <thead><tr>${sortable(words().name, heads.name)}<th scope="col">${words().state}</th><th scope="col" class="far">${words().type}</th><th scope="col" class="num mid">${words().people}</th>${sortable(words().registeredAt, heads.created, 'mid')}</tr></thead>
    <tbody>${rows.map(row)}</tbody>
  </table></div></div>`;
}

function sortable(label: string, { href, sorted }: SortHead, kind = ''): Html {
  const arrow = sorted && html`<span aria-hidden="true"> ${sorted === 'ascending' ? '↑' : '↓'}</span>`;
  return html`<th scope="col"${kind && html` class="${kind}"`}${sorted && html` aria-sort="${sorted}"`}><a href="${href}">${label}${arrow}</a></th>`;
}

function row(client: ClientRow): Html {
  const type = client.gateway ? words().gateway(typeLabel(client.type)) : typeLabel(client.type);
  return html`
      <tr><th scope="row"><a href="/admin/client/${encodeURIComponent(client.clientId)}">${name(client.name)}</a><br><span class="mono">${client.clientId}</span></th><td>${client.own && client.state !== 'suspended' ? standingTag('own') : stateTag(client.state, client.blocked)}${client.selfRegistered && selfRegisteredTag()}</td><td class="far">${type}</td><td class="num mid">${client.people}</td><td class="mid nb">${day(client.created)}</td></tr>`;
}

const isFiltered = ({ q, type, state }: ClientListFilter) => Boolean(q ?? type ?? state);

function nothing(filter: ClientListFilter): Html {
  if (!isFiltered(filter)) {
    return empty({
      title: words().none,
      why: words().noneWhy,
      way: { href: '/admin/clients/new', label: words().registerOne },
    });
  }
  const also = asked({ ...filter, q: '' });
  return empty({
    title: filter.q ? words().noMatchFor(name(filter.q)) : words().noMatch,
    why: html`${words().searches}${also && words().alsoFilter(also)}`,
    way: { href: '/admin/clients', label: words().clear },
  });
}
