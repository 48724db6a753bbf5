import { html } from 'hono/html';
import { standingTag } from '../../app-identity.ts';
import { type Html, listed, name } from '../../text.ts';
import { day } from '../../time.ts';
import { empty } from '../empty.ts';
import { type Choice, selectField, textField } from '../fields.ts';
import { type AdminFrame, adminLayout } from '../layout.ts';
import { countLine, type PagerLinks, pager } from '../pager.ts';
import { type ClientState, type ClientType, stateLabels, stateTag, typeLabels } from './states.ts';

export type ClientRow = {
  clientId: string;
  name: string;
  type: ClientType;
  gateway: boolean;
  state: ClientState;
  /** VibeCaaS’s own. */
  own: boolean;
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
    title: 'Clients',
    tab: 'clients',
    head: html`<div><h1>Clients</h1><p>${registered} registered.${waiting > 0 && html` <a href="?state=in_review">${waiting.toLocaleString('en')} ${waiting === 1 ? 'waits' : 'wait'} for review</a>.`}</p></div><a class="btn solid" href="/admin/clients/new">Register a client</a>`,
    content: html`${(registered !== '0' || isFiltered(filter)) && filters(filter)}
${rows.length > 0 ? html`${countLine({ links: props.links, noun: props.links.total === 1 ? 'client' : 'clients', asked: asked(filter), clear: '/admin/clients', order: orders[props.order.by][props.order.descending ? 1 : 0] })}${table(props)}${pager(props.links)}` : nothing(filter)}`,
  });
}

const orders = { name: ['By name', 'By name, from the end'], created: ['Oldest first', 'Newest first'] } as const;

/** What was asked for, in words. */
function asked({ q, type, state }: ClientListFilter): Html | undefined {
  const parts = [
    ...(q ? [html`“${name(q)}”`] : []),
    ...(type ? [html`type ${typeLabels[type]}`] : []),
    ...(state ? [html`state ${stateLabels[state]}`] : []),
  ];
  return parts.length > 0 ? listed(parts) : undefined;
}

const any: Choice = { value: '', label: 'Any' };
const choices = (labels: Readonly<Record<string, string>>): Choice[] => [
  any,
  ...Object.entries(labels).map(([value, label]) => ({ value, label })),
];

function filters({ q = '', type = '' as never, state = '' as never }: ClientListFilter): Html {
  return html`<form class="filters" method="get" action="/admin/clients" role="search">
  ${textField({ name: 'q', label: 'Search', type: 'search', value: q, small: true })}
  ${selectField({ name: 'type', label: 'Type', value: type, choices: choices(typeLabels), small: true })}
  ${selectField({ name: 'state', label: 'State', value: state, choices: choices(stateLabels), small: true })}
  <button class="btn less">Apply</button>
</form>`;
}

function table({ heads, rows }: Parameters<typeof clientsPage>[0]): Html {
  return html`<div class="panel"><div class="table"><table>
    <caption class="vh">Clients</caption>
    <thead><tr>${sortable('Name', heads.name)}<th scope="col">State</th><th scope="col" class="far">Type</th><th scope="col" class="num mid">People</th>${sortable('Registered', heads.created, 'mid')}</tr></thead>
    <tbody>${rows.map(row)}</tbody>
  </table></div></div>`;
}

function sortable(label: string, { href, sorted }: SortHead, kind = ''): Html {
  const arrow = sorted && html`<span aria-hidden="true"> ${sorted === 'ascending' ? '↑' : '↓'}</span>`;
  return html`<th scope="col"${kind && html` class="${kind}"`}${sorted && html` aria-sort="${sorted}"`}><a href="${href}">${label}${arrow}</a></th>`;
}

function row(client: ClientRow): Html {
  const type = `${typeLabels[client.type]}${client.gateway ? ', gateway' : ''}`;
  return html`
      <tr><th scope="row"><a href="/admin/client/${encodeURIComponent(client.clientId)}">${name(client.name)}</a><br><span class="mono">${client.clientId}</span></th><td>${client.own && client.state !== 'suspended' ? standingTag('own') : stateTag(client.state)}</td><td class="far">${type}</td><td class="num mid">${client.people}</td><td class="mid nb">${day(client.created)}</td></tr>`;
}

const isFiltered = ({ q, type, state }: ClientListFilter) => Boolean(q ?? type ?? state);

function nothing(filter: ClientListFilter): Html {
  if (!isFiltered(filter)) {
    return empty({
      title: 'No client is registered',
      why: 'An app needs a registration before it can ask anybody for access.',
      way: { href: '/admin/clients/new', label: 'Register one' },
    });
  }
  const also = [filter.type && `type ${typeLabels[filter.type]}`, filter.state && `state ${stateLabels[filter.state]}`];
  const filtered = also.filter(Boolean).join(' and ');
  return empty({
    title: filter.q ? html`No client matches “${name(filter.q)}”` : 'No client matches',
    why: `Search looks for the beginnings of words in name, client id, redirect URIs, who runs it and its owner’s address.${filtered && ` You also filter by ${filtered}.`}`,
    way: { href: '/admin/clients', label: 'Clear search and filters' },
  });
}
