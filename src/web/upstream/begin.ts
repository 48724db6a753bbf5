/** Sends a browser to another provider. */
import type { Context } from 'koa';
import { AppError } from '../../errors.ts';
import { beginUpstreamSignIn, type UpstreamVisit } from '../../operations/upstream-sign-in.ts';
import type { WebDeps } from '../deps.ts';
import { browserSecret, ensureBrowserSecret } from '../http/browser.ts';
import { seeOther } from '../http/see-other.ts';
import { showUpstreamProblem } from './problem.ts';

/** Answers the request. @throws AppError not_found if there is no such provider */
export async function beginVisit(ctx: Context, deps: WebDeps, name: string, visit: UpstreamVisit): Promise<void> {
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
