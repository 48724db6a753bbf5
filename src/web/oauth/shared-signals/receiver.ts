/** The receiver at the endpoints of streams: a gateway that has authenticated by Basic. */
import type { Context } from 'koa';
import type { WebDeps } from '../../deps.ts';
import type { SignalMetrics } from '../../metrics/signals.ts';
import { requireGateway } from '../gateway-client.ts';
import type { FeedHub } from '../revocations/hub.ts';

export interface SignalDeps extends Pick<WebDeps, 'db' | 'engine' | 'config' | 'log' | 'sealer'> {
  readonly feed: FeedHub;
  readonly metrics: { readonly signals: Pick<SignalMetrics, 'counted'> };
}

export const ssfPath = '/oauth/ssf';

/** Runs `work` for the gateway that has authenticated; everybody else is refused. */
export const forGateway =
  ({ engine }: Pick<SignalDeps, 'engine'>, work: (ctx: Context, clientId: string) => Promise<unknown>) =>
  async (ctx: Context): Promise<void> => {
    ctx.set('Cache-Control', 'no-store');
    const client = await requireGateway(ctx, { engine });
    if (client) await work(ctx, client.clientId);
  };
