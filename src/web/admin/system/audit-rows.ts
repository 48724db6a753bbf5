/** Lines of the audit log as the pages show them, by page, newest first. */
import type { Context } from 'koa';
import type { PagerLinks } from '../../../../views/admin/pager.ts';
import type { AuditRow } from '../../../../views/admin/system/audit.ts';
import type { AuditEvent } from '../../../store/audit.ts';
import { type AuditFilter, countAuditUpTo, searchAudit } from '../../../store/audit-list.ts';
import { type RemovedEvents, readRemoved } from '../../../store/audit-removal.ts';
import type { Db } from '../../../store/database.ts';
import { actorNames } from '../actor-names.ts';
import { queried } from '../pages.ts';
import { pageAsked, pagerLinks, rowsPerPage } from '../paging.ts';

/** `params` are the filters as links carry them. */
export async function auditRows(
  ctx: Context,
  db: Db,
  filter: AuditFilter,
  params: Readonly<Record<string, string | undefined>> = {},
): Promise<{ rows: AuditRow[]; links: PagerLinks; removed: RemovedEvents | undefined }> {
  const [after, before] = [seq(ctx, 'after'), seq(ctx, 'before')];
  const asked = pageAsked(ctx);
  const { offset = 0 } = asked;
  const place = after ? { after } : before ? { before } : { offset };
  const found = await searchAudit(db, { filter, limit: rowsPerPage + 1, ...place });
  const more = found.length > rowsPerPage;
  // Read towards the newest, the extra row is the first one.
  const events = after ? found.slice(-rowsPerPage) : found.slice(0, rowsPerPage);
  const names = await actorNames(db, events);
  const [first, last] = [events[0], events.at(-1)];
  const ways = {
    rows: events,
    ...(first && (after ? more : before || offset > 0) && { previous: { after: first.seq } }),
    ...(last && (after || more) && { next: { before: last.seq } }),
  };
  return {
    rows: events.map((event) => row(event, names(event.actor))),
    links: pagerLinks(params, asked, ways, await countAuditUpTo(db, filter)),
    removed: ways.next ? undefined : await readRemoved(db),
  };
}

function seq(ctx: Context, name: string): string | undefined {
  const value = queried(ctx, name);
  return value && /^\d{1,18}$/.test(value) ? value : undefined;
}

function row(event: AuditEvent, by: string): AuditRow {
  const { seq: place, at, actor, action, target, details, request_id: requestId } = event;
  const shown = JSON.stringify(details, null, 2);
  return { seq: place, at, by, actor, action, target, details: shown, ...(requestId && { requestId }) };
}
