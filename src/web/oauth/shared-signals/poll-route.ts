/** The address at which receivers poll (RFC 8936): who gets a place, and how long a poll waits. */
import type Router from '@koa/router';
import type { Context } from 'koa';
import { AppError } from '../../../errors.ts';
import { type Polled, pollStream } from '../../../operations/next-signals.ts';
import { createWaits } from '../../../outbound/waits.ts';
import { signalHead } from '../../../store/signal-streams.ts';
import { pollOf, readMembers } from './bodies.ts';
import { createHeadWatch } from './head-watch.ts';
import { keysIn, pollAnswer } from './poll.ts';
import { forGateway, type SignalDeps, ssfPath } from './receiver.ts';

const maxWaitMs = 25_000;
/**
 * Polls in flight of one receiver and of all. Those that are answered at once have places of their own, so that a receiver can
 * acknowledge while others of its polls wait. Each looks at the row of its stream in turn, with a connection.
 */
const places = { waiting: { each: 4, all: 1_000 }, atOnce: { each: 4, all: 64 } };

const full = () => new AppError('unavailable', 'There are too many polls at this moment; come back later');

interface Poll {
  readonly clientId: string;
  readonly id: string;
  readonly maxEvents: number;
  readonly acknowledged: ReadonlySet<string>;
}

export function pollRoute(router: Router, deps: SignalDeps): void {
  const { db, engine, config, feed, log, metrics } = deps;
  const watch = createHeadWatch(() => signalHead(db));
  const waiting = createWaits(places.waiting, full);
  const atOnce = createWaits(places.atOnce, full);
  const look = ({ clientId, ...asked }: Poll) => pollStream(db, clientId, config.issuer, asked);

  /** Looks again whenever the log has grown, until there is something to tell. */
  async function wait(ctx: Context, poll: Poll): Promise<Polled> {
    const until = performance.now() + maxWaitMs;
    const over = () => performance.now() >= until || feed.stopped || ctx.res.destroyed;
    let polled = await look(poll);
    while (polled.signals.length === 0 && !over()) {
      if (!polled.moreAvailable && !(await watch.grew())) continue;
      // A client that has lost the flag of gateways gets nothing.
      if (!(await engine.provider().Client.find(poll.clientId))?.gateway_resource) {
        throw new AppError('not_found', 'This client has no such stream');
      }
      polled = await look({ ...poll, acknowledged: new Set() });
    }
    return polled;
  }

  router.post(
    `${ssfPath}/poll/:id`,
    forGateway(deps, async (ctx, clientId) => {
      const id = String(ctx.params.id);
      const { maxEvents, waits, acknowledged, errors } = pollOf(await readMembers(ctx));
      const poll = { clientId, id, maxEvents, acknowledged: keysIn(id, acknowledged) };
      const polled = waits ? await waiting(clientId, () => wait(ctx, poll)) : await atOnce(clientId, () => look(poll));
      metrics.signals.counted('poll', 'refused', errors.length);
      metrics.signals.counted('poll', 'delivered', acknowledged.length - errors.length);
      for (const { jti, err } of errors.slice(0, 10)) log.warn({ clientId, jti, err }, 'a receiver refused a signal');
      ctx.body = await pollAnswer(polled, { keys: engine.keys, issuer: config.issuer });
    }),
  );
}
