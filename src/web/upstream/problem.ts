/** The pages that say why another provider did not sign somebody in, and where to go on. */
import type Router from '@koa/router';
import type { Context } from 'koa';
import { type UpstreamProblem, upstreamProblemPage } from '../../../views/oauth/upstream-problem.ts';
import type { UpstreamVisit } from '../../operations/upstream-sign-in.ts';
import { UpstreamError } from '../../outbound/upstream-error.ts';
import type { Upstream } from '../../policy/upstreams.ts';
import type { WebDeps } from '../deps.ts';
import { readCookie, writeCookie } from '../http/cookies.ts';
import { localPath } from '../http/local-path.ts';
import { seeOther } from '../http/see-other.ts';

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

const cookie = 'upstream_problem';

interface Kept {
  readonly problem: UpstreamProblem;
  readonly name: string;
  readonly back: string;
  readonly connects: boolean;
  /** The id of the request that failed. */
  readonly requestId: string;
}

/** Leads to the page of an UpstreamError, whose message is logged; throws any other error. */
export function showUpstreamProblem(ctx: Context, upstream: Upstream, visit: UpstreamVisit, error: unknown): void {
  if (!(error instanceof UpstreamError)) throw error;
  ctx.state.upstreamError = error;
  showProblem(ctx, upstream, visit, error.kind);
}

/**
 * Leads to the page of a problem. That is an address of its own, because the one of an answer holds the provider’s code, and
 * can be asked for only once.
 */
export function showProblem(
  ctx: Context,
  { name }: Upstream,
  visit: UpstreamVisit | undefined,
  problem: UpstreamProblem,
): void {
  const connects = visit?.accountId !== undefined;
  const kept: Kept = { problem, name, back: wayBack(visit), connects, requestId: ctx.state.requestId as string };
  writeCookie(ctx, cookie, Buffer.from(JSON.stringify(kept)).toString('base64url'), { maxAgeMs: 600_000 });
  seeOther(ctx, '/sign-in/from/problem');
}

/** Adds the route of the page. */
export function problemPage(router: Router, { config, upstreams }: WebDeps): void {
  router.get('/sign-in/from/problem', async (ctx) => {
    const kept = keptIn(ctx);
    const client = kept && upstreams.get(kept.name);
    if (!client) return seeOther(ctx, '/sign-in');
    const { problem, back, connects, requestId } = kept;
    ctx.status = statuses[problem];
    if (problem === 'down') ctx.set('Retry-After', '30');
    const { name, title } = client.upstream;
    const again = config.accountsUpstream === name ? back.replace(/\?here&?/, '?') : undefined;
    ctx.body = upstreamProblemPage({ problem, title, back, again, connects, requestId, time: new Date() });
  });
}

/** The cookie is signed, so it holds what a node has written, perhaps of another release. */
function keptIn(ctx: Context): Kept | undefined {
  const value = readCookie(ctx, cookie);
  const kept = value && (JSON.parse(Buffer.from(value, 'base64url').toString()) as Kept);
  return kept && kept.problem in statuses ? kept : undefined;
}

/** The page from which the person went to the provider; a sign-in page is shown even if people usually skip it. */
function wayBack(visit: UpstreamVisit | undefined): string {
  if (visit?.accountId !== undefined) return '/account/security';
  if (visit?.interaction !== undefined) return `/interaction/${visit.interaction}?here`;
  return `/sign-in?here&next=${encodeURIComponent(localPath(visit?.next))}`;
}
