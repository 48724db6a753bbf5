/** The signing keys, and their rotation. */

import type { Context } from 'koa';
import type { Problems } from '../../../../views/admin/fields.ts';
import { keysPage } from '../../../../views/admin/system/keys.ts';
import { m } from '../../../../views/messages/index.ts';
import { AppError } from '../../../errors.ts';
import { actorWithReason } from '../../../operations/client-record.ts';
import { heldBackUntil, rotateSigningKeys } from '../../../operations/signing-keys.ts';
import { publishedUntil } from '../../../policy/key-rotation.ts';
import { listSigningKeys } from '../../../store/signing-keys.ts';
import type { WebDeps } from '../../deps.ts';
import { field } from '../../http/forms.ts';
import type { Admin } from '../guard.ts';
import { done, framed } from '../notice.ts';
import type { AdminPages } from '../pages.ts';
import { readReason } from '../reason.ts';

export function keyPages(pages: AdminPages, deps: WebDeps): void {
  const { db, sealer } = deps;

  pages.show('/keys', async (ctx, admin) => showKeys(ctx, deps, admin));

  pages.change('/keys/rotate', async (ctx, admin, form) => {
    if (field(form, 'confirm') !== 'yes') {
      ctx.status = 422;
      return showKeys(ctx, deps, admin, { confirm: m().adminSystem.keys.tick });
    }
    const force = field(form, 'force') === 'yes';
    const { reason, problem } = readReason(form);
    if (force && problem) {
      ctx.status = 422;
      return showKeys(ctx, deps, admin, { reason: problem }, reason);
    }
    try {
      await rotateSigningKeys(db, sealer, force ? actorWithReason(admin.actor, reason) : admin.actor, { force });
    } catch (error) {
      if (!(error instanceof AppError && error.kind === 'conflict')) throw error;
      ctx.status = 409;
      return showKeys(ctx, deps, admin, { force: 'held back' });
    }
    done(ctx, 'rotated', '/admin/keys');
  });
}

async function showKeys(
  ctx: Context,
  { db }: WebDeps,
  admin: Admin,
  problems: Problems = {},
  reason = '',
): Promise<void> {
  const [keys, now] = [await listSigningKeys(db), new Date()];
  const held = heldBackUntil(keys, now);
  ctx.body = keysPage({
    frame: framed(ctx, admin),
    keys: keys.map(({ kid, alg, state, created_at: created, current_at: since, retired_at: retired }) => {
      const goneAt = publishedUntil(retired);
      return { kid, alg, state, created, ...(since && { signsSince: since }), ...(goneAt && { goneAt }) };
    }),
    ...(held && { heldBackUntil: held }),
    problems,
    reason,
    now,
  });
}
