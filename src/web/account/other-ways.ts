/** Accounts elsewhere that sign in to this one: connecting and disconnecting them. */
import type Router from '@koa/router';
import type { OtherWay } from '../../../views/account/other-ways.ts';
import { AppError } from '../../errors.ts';
import { disconnectIdentity } from '../../operations/account-identities.ts';
import { listIdentities } from '../../store/account-identities.ts';
import type { WebDeps } from '../deps.ts';
import { actorOf } from '../http/actor.ts';
import { writeCookie } from '../http/cookies.ts';
import { readForm } from '../http/forms.ts';
import { requireSignedIn } from '../http/guards.ts';
import { seeOther } from '../http/see-other.ts';
import type { SignedIn } from '../http/session.ts';
import { requireFresh } from '../http/step-up.ts';
import { visitUpstream } from '../upstream/begin.ts';

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
    writeCookie(ctx, 'security', done ? 'identity-disconnected' : 'identity-needed', { maxAgeMs: 60_000 });
    seeOther(ctx, '/account/security');
  });
}

/** What the security page shows: every provider of this server, connected or not. */
export async function otherWaysOf({ db, upstreams }: WebDeps, { account }: SignedIn): Promise<OtherWay[]> {
  if (upstreams.size === 0) return [];
  const identities = await listIdentities(db, account.id);
  return [...upstreams.values()].map(({ upstream: { name, title, icon, issuer } }) => {
    const identity = identities.find((one) => one.issuer === issuer);
    const connected = identity && {
      label: identity.label ?? undefined,
      since: identity.created_at,
      lastUsed: identity.last_used_at ?? undefined,
    };
    return { name, title, icon, connected };
  });
}
