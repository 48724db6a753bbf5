/** The list of apps that nobody registered. The URL has the search and the filter. */
import { unregisteredPage } from '../../../../views/admin/clients/unregistered.ts';
import { thirdPartyPolicies } from '../../../policy/third-party.ts';
import {
  countUnregistered,
  listRules,
  searchUnregistered,
  type UnregisteredApp,
} from '../../../store/unregistered-apps.ts';
import type { WebDeps } from '../../deps.ts';
import { framed } from '../notice.ts';
import { type AdminPages, chosen, queried } from '../pages.ts';
import { keysetLinks, pageAsked } from '../paging.ts';
import { appOf, bounded } from './subject.ts';

/** How many rules for hosts the page shows; `vcauth third-party rules` lists all. */
const maxRules = 50;

export function unregisteredPages(pages: AdminPages, { config }: WebDeps): void {
  pages.read('/unregistered', async (ctx, admin, db) => {
    const q = queried(ctx, 'q');
    const rule = chosen(ctx, 'rule', [...thirdPartyPolicies, 'none', 'waiting'] as const);
    const filter = { ...(q && { q }), ...(rule && { rule }) };
    const searched = { search: q, policy: rule };
    const asked = pageAsked(ctx);
    const page = await searchUnregistered(db, searched, asked);
    const total = await countUnregistered(db, searched);
    // There only if it can’t be a host, and empty if nothing was typed.
    const wrong = typeof ctx.query.host === 'string' ? ctx.query.host.trim() : undefined;
    if (wrong !== undefined) ctx.status = 422;
    ctx.body = unregisteredPage({
      frame: framed(ctx, admin),
      filter,
      rest: config.thirdPartyPolicy,
      rows: page.rows.map(row),
      rules: (await listRules(db, { limit: maxRules, offset: 0, kind: 'host' })).map((one) => ({
        host: one.value,
        policy: one.policy,
        reason: one.reason ?? undefined,
        decided: one.decided_at,
      })),
      host: { value: wrong ?? '', wrong: wrong !== undefined },
      links: keysetLinks(filter, asked, page, total),
      now: new Date(),
    });
  });
}

function row(app: UnregisteredApp) {
  return {
    app: appOf(app),
    cameBy: app.registration_type === 'dynamic' ? ('dynamic' as const) : ('metadata_document' as const),
    host: app.host ?? undefined,
    suspended: app.status === 'disabled',
    firstSeen: app.created_at,
    people: bounded(app.people),
    waiting: app.waiting,
    lastUsed: app.last_used_on === null ? undefined : new Date(app.last_used_on),
    policy: app.third_party_policy ?? ('none' as const),
    changed: app.changed_since_allowed,
  };
}
