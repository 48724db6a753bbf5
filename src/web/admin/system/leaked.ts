/** The page where an admin pastes a text with secrets of this server, which end. */
import type { Context } from 'koa';
import { type LeakedRow, leakedPage } from '../../../../views/admin/system/leaked.ts';
import { type Leak, type LeakResult, revokeLeaked } from '../../../operations/leaked-secrets.ts';
import { findSecrets, placeInWords, shownSecret } from '../../../policy/leaked-secrets.ts';
import type { WebDeps } from '../../deps.ts';
import { field } from '../../http/forms.ts';
import type { Admin } from '../guard.ts';
import { framed } from '../notice.ts';
import type { AdminPages } from '../pages.ts';

/** As a form: letters and digits are a byte each, other characters three and more. */
const maxTextBytes = 2 * 1024 * 1024;

export function leakedPages(pages: AdminPages, { db, sealer }: Pick<WebDeps, 'db' | 'sealer'>): void {
  pages.paste('/leaked', maxTextBytes, {
    show,
    async change(ctx, admin, form) {
      const [text, place] = [field(form, 'text'), placeInWords(field(form, 'found_at'))];
      if (text.trim() === '') {
        ctx.status = 422;
        return show(ctx, admin, { isMissing: true, place: place ?? '' });
      }
      const leaks = findSecrets(text).map((found): Leak => ({ ...found, places: place === undefined ? [] : [place] }));
      const results = await revokeLeaked({ db, sealer }, leaks, admin.actor);
      // The answer to the form itself: what was found is stored nowhere. Sent again, it changes nothing.
      show(ctx, admin, { rows: results.map(rowOf) });
    },
  });
}

function show(
  ctx: Context,
  admin: Admin,
  more: { rows?: LeakedRow[]; isMissing?: boolean; place?: string } = {},
): void {
  ctx.body = leakedPage({ frame: framed(ctx, admin), ...more });
}

function rowOf({ kind, secret, outcome, known }: LeakResult): LeakedRow {
  return {
    ...{ kind, shown: shownSecret(secret), outcome: outcome === 'works' ? 'unknown' : outcome },
    ...(known && { name: known.name, isLast: known.is_last && outcome === 'revoked' }),
    ...(known?.client_id ? { clientId: known.client_id } : known?.account_id ? { accountId: known.account_id } : {}),
  };
}
