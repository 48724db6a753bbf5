/** Links that need only a yes: confirm an address, move to another one, undo that. */
import type Router from '@koa/router';
import type { Context } from 'koa';
import { linkConfirmPage, linkDonePage, linkTakenPage } from '../../../views/links/confirm.ts';
import {
  type AddressChange,
  confirmAddressChange,
  type Origin,
  undoAddressChange,
  verifyAddress,
} from '../../operations/recovery.ts';
import { linkPath } from '../../policy/mails.ts';
import { findLink } from '../../store/account-links.ts';
import type { Db } from '../../store/database.ts';
import type { WebDeps } from '../deps.ts';
import { readCookie, removeCookie, writeCookie } from '../http/cookies.ts';
import { readForm } from '../http/forms.ts';
import { seeOther } from '../http/see-other.ts';
import { followedToken, followLink, forgetToken, originOf, showEnded } from './token.ts';

type Kind = 'verify' | 'change' | 'undo';

const acts: Readonly<Record<Kind, (db: Db, token: string, origin: Origin) => Promise<AddressChange>>> = {
  verify: verifyAddress,
  change: confirmAddressChange,
  undo: undoAddressChange,
};

/** What was done, for the page after it. */
const doneCookie = 'link_done';

export function confirmPages(router: Router, deps: WebDeps): void {
  for (const kind of Object.keys(acts) as Kind[]) onePage(router, deps, kind);
}

function onePage(router: Router, { csrf, db }: WebDeps, kind: Kind): void {
  const path = linkPath[kind];
  const binding = (ctx: Context, token: string) => `${kind} ${token} ${csrf.anonymousBinding(ctx)}`;

  router.get(path, async (ctx) => {
    const token = followedToken(ctx, kind);
    const link = token === undefined ? undefined : await findLink(db, kind, token);
    if (token === undefined || !link) return showEnded(ctx, kind);
    const { address, email } = link;
    ctx.body = linkConfirmPage({ kind, csrf: csrf.token(binding(ctx, token)), address, email: email ?? address });
  });

  router.post(path, async (ctx) => {
    const form = await readForm(ctx);
    const token = followedToken(ctx, kind);
    if (token === undefined) return showEnded(ctx, kind);
    csrf.check(form, binding(ctx, token));
    const result = await acts[kind](db, token, originOf(ctx));
    if ('problem' in result) {
      if (result.problem === 'ended') return showEnded(ctx, kind);
      ctx.status = 409;
      ctx.body = linkTakenPage();
      return;
    }
    forgetToken(ctx);
    writeCookie(ctx, doneCookie, `${kind}.${encodeURIComponent(result.account.email)}`, { maxAgeMs: 60_000 });
    seeOther(ctx, `${path}/done`);
  });

  router.get(`${path}/done`, (ctx) => {
    const said = readCookie(ctx, doneCookie);
    if (!said?.startsWith(`${kind}.`)) return seeOther(ctx, '/account/security');
    removeCookie(ctx, doneCookie);
    // The address has full stops too.
    ctx.body = linkDonePage({ kind, email: decodeURIComponent(said.slice(kind.length + 1)) });
  });

  followLink(router, kind, path);
}
