/** The audit log: filtered, page by page, and whole as NDJSON. */
import { Readable } from 'node:stream';
import type { Context } from 'koa';
import { type AuditListFilter, auditPage } from '../../../views/admin/audit.ts';
import { AppError } from '../../errors.ts';
import { auditLines } from '../../operations/audit-lines.ts';
import type { AuditEvent } from '../../store/audit.ts';
import { type AuditFilter, searchAudit } from '../../store/audit-list.ts';
import type { WebDeps } from '../deps.ts';
import { actorNames } from './actor-names.ts';
import { type AdminPages, queried } from './pages.ts';
import { link, rowsPerPage } from './paging.ts';

const fields = ['actor', 'action', 'target', 'request', 'from', 'until'] as const;
const dayInMilliseconds = 86_400_000;

export function auditPages(pages: AdminPages, { db }: WebDeps): void {
  pages.show('/audit', async (ctx, admin) => {
    const asked = askedFor(ctx);
    const { filter, problems } = filterOf(asked);
    const [after, before] = [seq(ctx, 'after'), seq(ctx, 'before')];
    const wrong = Object.keys(problems).length > 0;
    const found = wrong ? [] : await searchAudit(db, { filter, limit: rowsPerPage + 1, ...place(after, before) });
    const more = found.length > rowsPerPage;
    // Read towards the newest, the one too many is the first.
    const events = after ? found.slice(-rowsPerPage) : found.slice(0, rowsPerPage);
    const names = await actorNames(db, events);
    if (wrong) ctx.status = 422;
    ctx.body = auditPage({
      frame: admin,
      filter: asked,
      problems,
      rows: events.map((event) => row(event, names(event.actor))),
      links: {
        ...((after ? more : before) && { previous: link({ ...asked, after: events[0]?.seq }) }),
        ...((after || more) && { next: link({ ...asked, before: events.at(-1)?.seq }) }),
      },
      exportHref: `/admin/audit/export${link(asked)}`,
    });
  });

  pages.show('/audit/export', async (ctx) => {
    const { filter, problems } = filterOf(askedFor(ctx));
    if (Object.keys(problems).length > 0) throw new AppError('invalid', 'from and until must be days', problems);
    ctx.type = 'application/x-ndjson';
    ctx.set('Content-Disposition', 'attachment; filename="audit.ndjson"');
    ctx.body = Readable.from(auditLines(db, filter));
  });
}

function askedFor(ctx: Context): AuditListFilter {
  const given = fields.map((name) => [name, queried(ctx, name)] as const).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given);
}

function filterOf({ request, from, until, ...same }: AuditListFilter): {
  filter: AuditFilter;
  problems: Record<string, string>;
} {
  const [first, last] = [day(from), day(until)];
  return {
    filter: {
      ...same,
      ...(request && { requestId: request }),
      ...(first && { from: first }),
      // The last day belongs to it.
      ...(last && { until: new Date(last.getTime() + dayInMilliseconds) }),
    },
    problems: {
      ...(from && !first && { from: 'must be a day such as 2026-11-24' }),
      ...(until && !last && { until: 'must be a day such as 2026-11-24' }),
    },
  };
}

function day(text: string | undefined): Date | undefined {
  if (!text || !/^\d{4}-\d\d-\d\d$/.test(text)) return undefined;
  const date = new Date(`${text}T00:00:00Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function seq(ctx: Context, name: string): string | undefined {
  const value = queried(ctx, name);
  return value && /^\d{1,18}$/.test(value) ? value : undefined;
}

function place(after: string | undefined, before: string | undefined): { after?: string; before?: string } {
  if (after) return { after };
  return before ? { before } : {};
}

function row(event: AuditEvent, by: string) {
  const { seq: place, at, actor, action, target, details, request_id: requestId } = event;
  const shown = JSON.stringify(details, null, 2);
  return { seq: place, at, by, actor, action, target, details: shown, ...(requestId && { requestId }) };
}
