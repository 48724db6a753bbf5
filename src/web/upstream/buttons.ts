/** What sign-in pages know of other providers. The rest is imported when somebody goes to one. */
import type { Context } from 'koa';
import type { UpstreamButton } from '../../../views/upstream-buttons.ts';
import type { UpstreamVisit } from '../../operations/upstream-sign-in.ts';
import type { WebDeps } from '../deps.ts';

/** Sends the browser to a provider. Answers the request. */
export async function visitUpstream(ctx: Context, deps: WebDeps, name: string, visit: UpstreamVisit): Promise<void> {
  const { beginVisit } = await import('./begin.ts');
  await beginVisit(ctx, deps, name, visit);
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
