/** The pages that say why another provider did not sign somebody in, and where to go on. */
import type { Context } from 'koa';
import { type UpstreamProblem, upstreamProblemPage } from '../../../views/oauth/upstream-problem.ts';
import type { UpstreamVisit } from '../../operations/upstream-sign-in.ts';
import { UpstreamError } from '../../outbound/upstream-error.ts';
import type { Upstream } from '../../policy/upstreams.ts';
import type { WebDeps } from '../deps.ts';
import { localPath } from '../http/local-path.ts';

const statuses: Record<UpstreamProblem, number> = {
  down: 503,
  refused: 502,
  denied: 403,
  'not-asked': 403,
  unknown: 403,
  over: 410,
  taken: 409,
  'has-another': 409,
};

/** Answers with the page of an UpstreamError, whose message is logged; throws any other error. */
export function showUpstreamProblem(
  ctx: Context,
  deps: WebDeps,
  upstream: Upstream,
  visit: UpstreamVisit,
  error: unknown,
): void {
  if (!(error instanceof UpstreamError)) throw error;
  ctx.state.upstreamError = error;
  showProblem(ctx, deps, upstream, visit, error.kind);
}

export function showProblem(
  ctx: Context,
  { config }: WebDeps,
  { name, title }: Upstream,
  visit: UpstreamVisit | undefined,
  problem: UpstreamProblem,
): void {
  ctx.status = statuses[problem];
  if (problem === 'down') ctx.set('Retry-After', '30');
  ctx.body = upstreamProblemPage({
    problem,
    title,
    back: wayBack(visit),
    connects: visit?.accountId !== undefined,
    isHome: config.accountsUpstream === name,
    requestId: ctx.state.requestId as string,
    time: new Date(),
  });
}

/** The page from which the person went to the provider; a sign-in page is shown even if people usually skip it. */
function wayBack(visit: UpstreamVisit | undefined): string {
  if (visit?.accountId !== undefined) return '/account/security';
  if (visit?.interaction !== undefined) return `/interaction/${visit.interaction}?here`;
  return `/sign-in?here&next=${encodeURIComponent(localPath(visit?.next))}`;
}
