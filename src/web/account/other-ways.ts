/** Accounts elsewhere that sign in to this one: connecting and disconnecting them. */
import type Router from '@koa/router';
import type { Context } from 'koa';
import { isOtherWayNotice, type OtherWay, type OtherWayNotice } from '../../../views/account/other-ways.ts';
import { AppError } from '../../errors.ts';
import { disconnectIdentity } from '../../operations/account-identities.ts';
import { listIdentities } from '../../store/account-identities.ts';
import type { WebDeps } from '../deps.ts';
import { actorOf } from '../http/actor.ts';
import { readCookie, removeCookie } from '../http/cookies.ts';
import { readForm } from '../http/forms.ts';
import { requireSignedIn } from '../http/guards.ts';
import type { SignedIn } from '../http/session.ts';
import { requireFresh } from '../http/step-up.ts';
import { visitUpstream } from '../upstream/buttons.ts';
import { noticeCookie as cookie, sayOnSecurityPage } from '../upstream/notice.ts';

/** Adds the routes of this section to those of the account. */
export function otherWaysPages(router: Router, deps: WebDeps): void {
  const { csrf, engine, upstreams } = deps;

  router.post('/security/other-ways/:name/connect', async (ctx) => {
    const person = await requireSignedIn(ctx, engine.provider());
    if (!person) return;
    const form = await readForm(ctx);
    csrf.check(form, person.binding);
    if (!(await requireFresh(ctx, deps, person, form))) return;
    await visitUpstream(ctx, deps, ctx.params.name as string, { accountId: person.account.id, askAgain: false });
  });

  router.post('/security/other-ways/:name/disconnect', async (ctx) => {
    const person = await requireSignedIn(ctx, engine.provider());
    if (!person) return;
    const form = await readForm(ctx);
    csrf.check(form, person.binding);
    const upstream = upstreams.get(ctx.params.name as string)?.upstream;
    if (!upstream) throw new AppError('not_found', 'This server has no such provider');
    if (!(await requireFresh(ctx, deps, person, form))) return;
    const { id } = person.account;
    const providers = [...upstreams.values()].map((one) => one.upstream.issuer);
    const done = await disconnectIdentity(deps.db, id, upstream, providers, actorOf(ctx, `account:${id}`));
    sayOnSecurityPage(ctx, done ? 'disconnected' : 'needed');
  });
}

/** What the security page shows: every provider of this server, connected or not. */
export async function otherWaysOf(
  ctx: Context,
  { db, upstreams }: WebDeps,
  { account }: SignedIn,
): Promise<{ list: OtherWay[]; notice: OtherWayNotice | undefined }> {
  if (upstreams.size === 0) return { list: [], notice: undefined };
  const identities = await listIdentities(db, account.id);
  const list = [...upstreams.values()].map(({ upstream: { name, title, icon, issuer } }) => {
    const identity = identities.find((one) => one.issuer === issuer);
    const connected = identity && {
      label: identity.label ?? undefined,
      since: identity.created_at,
      lastUsed: identity.last_used_at ?? undefined,
    };
    return { name, title, icon, connected };
  });
  const said = readCookie(ctx, cookie);
  if (said !== undefined) removeCookie(ctx, cookie);
  return { list, notice: isOtherWayNotice(said) ? said : undefined };
}
