/** The list of clients. The URL has the search, the filters and the order. */
import { clientsPage, type SortHead } from '../../../../views/admin/clients/list.ts';
import { clientState, clientStates } from '../../../policy/client/state.ts';
import { clientTypeNames } from '../../../policy/client/types.ts';
import { countWaitingReviews } from '../../../store/attention.ts';
import { type ClientOrder, countClientsUpTo, type ListedClient, searchClients } from '../../../store/client-search.ts';
import { framed } from '../notice.ts';
import { type AdminPages, chosen, queried } from '../pages.ts';
import { keysetLinks, link, pageAsked } from '../paging.ts';
import { bounded } from './subject.ts';

export function clientListPages(pages: AdminPages): void {
  pages.read('/clients', async (ctx, admin, db) => {
    const [q, type, state] = [
      queried(ctx, 'q'),
      chosen(ctx, 'type', clientTypeNames),
      chosen(ctx, 'state', clientStates),
    ];
    const by = chosen(ctx, 'sort', ['name', 'created'] as const) ?? 'name';
    const order: ClientOrder = { by, descending: chosen(ctx, 'dir', ['desc'] as const) === 'desc' };
    const filter = { ...(q && { q }), ...(type && { type }), ...(state && { state }) };
    const searched = { ...(q && { search: q }), ...(type && { type }), ...(state && { state }) };
    const asked = pageAsked(ctx);
    const page = await searchClients(db, searched, order, asked);
    const total = await countClientsUpTo(db, searched);
    const sorted = { sort: by, dir: order.descending ? 'desc' : undefined };
    ctx.body = clientsPage({
      frame: framed(ctx, admin),
      registered: bounded(Object.keys(searched).length === 0 ? total : await countClientsUpTo(db, {})),
      waiting: await countWaitingReviews(db),
      filter,
      order,
      heads: { name: head(filter, order, 'name'), created: head(filter, order, 'created') },
      rows: page.rows.map(row),
      links: keysetLinks({ ...filter, ...sorted }, asked, page, total),
    });
  });
}

/** A click on the sorted column reverses the order. Names begin with A, dates with the newest. */
function head(filter: Record<string, string>, order: ClientOrder, by: ClientOrder['by']): SortHead {
  const current = order.by === by;
  const descending = current ? !order.descending : by === 'created';
  return {
    href: link({ ...filter, sort: by, dir: descending ? 'desc' : undefined }),
    ...(current && { sorted: order.descending ? ('descending' as const) : ('ascending' as const) }),
  };
}

function row(client: ListedClient) {
  return {
    clientId: client.client_id,
    name: client.client_name,
    type: client.type,
    gateway: client.gateway_resource !== null,
    state: clientState(client),
    blocked: client.status === 'blocked',
    selfRegistered: client.registration_type === 'dynamic',
    people: client.type === 'service' ? '–' : bounded(client.people),
    own: client.first_party,
    created: client.created_at,
  };
}
