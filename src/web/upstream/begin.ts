/** Sends a browser to another provider. */
import type { Context } from 'koa';
import type { UpstreamButton } from '../../../views/upstream-buttons.ts';
import { AppError } from '../../errors.ts';
import { beginUpstreamSignIn, type UpstreamVisit } from '../../operations/upstream-sign-in.ts';
import type { WebDeps } from '../deps.ts';
import { browserSecret, ensureBrowserSecret } from '../http/browser.ts';
import { seeOther } from '../http/see-other.ts';
import { showUpstreamProblem } from './problem.ts';

/** Answers the request. @throws AppError not_found if there is no such provider */
export async function visitUpstream(ctx: Context, deps: WebDeps, name: string, visit: UpstreamVisit): Promise<void> {
  const client = deps.upstreams.get(name);
  if (!client) throw new AppError('not_found', 'This server has no such provider');
  const secret = browserSecret(ctx) ?? ensureBrowserSecret(ctx);
  try {
    const url = await beginUpstreamSignIn(deps, name, secret, visit);
    seeOther(ctx, url as string);
  } catch (error) {
    showUpstreamProblem(ctx, client.upstream, visit, error);
  }
}

/** The buttons of a sign-in page; `action` is the address that they post to, without the name. */
export function upstreamButtons({ upstreams }: WebDeps, action: (name: string) => string): UpstreamButton[] {
  return [...upstreams.values()].map(({ upstream: { name, title, icon } }) => ({ action: action(name), title, icon }));
}

/**
 * Where people go at once instead of to a sign-in page of ours. Undefined if there is no such provider, or if this page was asked
 * for by itself (`?here`): somebody has to get in while the provider is down.
 */
export function homeOf(ctx: Context, { config }: WebDeps): string | undefined {
  return 'here' in ctx.query ? undefined : config.accountsUpstream;
}
