/** The audit log: filtered, by page, and as a whole in NDJSON. */

import { Readable } from 'node:stream';
import type { Context } from 'koa';
import type { Problems } from '../../../../views/admin/fields.ts';
import { type AuditListFilter, auditPage } from '../../../../views/admin/system/audit.ts';
import { m } from '../../../../views/messages/index.ts';
import { AppError } from '../../../errors.ts';
import { auditLines } from '../../../operations/audit-lines.ts';
import { auditKeys, sealAll } from '../../../operations/seal-audit.ts';
import type { AuditFilter } from '../../../store/audit-list.ts';
import type { WebDeps } from '../../deps.ts';
import { readDay } from '../day.ts';
import { type AdminPages, queried } from '../pages.ts';
import { link, pagerLinks } from '../paging.ts';
import { auditRows } from './audit-rows.ts';

const fields = ['actor', 'action', 'target', 'request', 'from', 'until'] as const;
const dayMs = 86_400_000;

export function auditPages(pages: AdminPages, { db, sealer }: WebDeps): void {
  pages.read('/audit', async (ctx, admin, reads) => {
    const asked = askedFor(ctx);
    const { filter, problems } = filterOf(asked);
    const wrong = Object.keys(problems).length > 0;
    if (wrong) ctx.status = 422;
    const page = wrong ? undefined : await auditRows(ctx, reads, filter, asked);
    ctx.body = auditPage({
      frame: admin,
      filter: asked,
      problems,
      ...(page ?? { rows: [], links: pagerLinks({}, { number: 1 }, { rows: [] }, 0) }),
      exportHref: `/admin/audit/export${link(asked)}`,
    });
  });

  pages.show('/audit/export', async (ctx) => {
    const { filter, problems } = filterOf(askedFor(ctx));
    if (Object.keys(problems).length > 0) throw new AppError('invalid', 'from and until must be days');
    const left = await sealAll(db, auditKeys(sealer));
    if (left > 0) throw new AppError('unavailable', `${left} of the newest lines are not sealed yet; try again later`);
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
  problems: Problems;
} {
  const [first, last] = [readDay(from), readDay(until)];
  return {
    filter: {
      ...same,
      ...(request && { requestId: request }),
      ...(first && { from: first }),
      // The last day is included.
      ...(last && { until: new Date(last.getTime() + dayMs) }),
    },
    problems: {
      ...(from && !first && { from: m().adminFrame.dayProblem }),
      ...(until && !last && { until: m().adminFrame.dayProblem }),
    },
  };
}
