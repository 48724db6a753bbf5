/** The transmitter of Shared Signals: its metadata, the stream of a receiver, and polls (SSF 1.0 §7 and §8, RFC 8936). */
import Router from '@koa/router';
import type { Context } from 'koa';
import { webhookRules } from '../../../config/rules.ts';
import {
  changeStream,
  changeStreamStatus,
  changeSubject,
  createStream,
  deleteStream,
  getStream,
  verifyStream,
} from '../../../operations/signal-streams.ts';
import { pollDelivery, signalBounds, supportedEvents } from '../../../policy/shared-signals.ts';
import { pushDelivery } from '../../../policy/signal-push.ts';
import { findSignalStream, type SignalStream } from '../../../store/signal-streams.ts';
import { refuse } from '../gateway-client.ts';
import {
  checkUnchanged,
  personOf,
  readMembers,
  stateOf,
  statusOf,
  streamIdOf,
  streamInputOf,
  wholeStreamOf,
} from './bodies.ts';
import { pollRoute } from './poll-route.ts';
import { forGateway, ssfPath as path, type SignalDeps } from './receiver.ts';

export function signalRoutes(deps: SignalDeps): Router {
  const router = new Router();
  router.get('/.well-known/ssf-configuration', (ctx) => {
    ctx.set('Cache-Control', 'public, max-age=300');
    ctx.set('Access-Control-Allow-Origin', '*');
    ctx.body = configurationOf(deps.config.issuer);
  });
  streamRoutes(router, deps);
  statusRoutes(router, deps);
  subjectRoutes(router, deps);
  pollRoute(router, deps);
  return router;
}

const configurationOf = (issuer: string) => ({
  spec_version: '1_0',
  issuer,
  jwks_uri: `${issuer}/oauth/jwks`,
  delivery_methods_supported: [pushDelivery, pollDelivery],
  configuration_endpoint: `${issuer}${path}/streams`,
  status_endpoint: `${issuer}${path}/status`,
  add_subject_endpoint: `${issuer}${path}/subjects/add`,
  remove_subject_endpoint: `${issuer}${path}/subjects/remove`,
  verification_endpoint: `${issuer}${path}/verify`,
  authorization_schemes: [{ spec_urn: 'urn:ietf:rfc:7617' }],
  // A receiver that does not know one of them would end more than has ended.
  critical_subject_members: ['application', 'session', 'user'],
  default_subjects: 'ALL',
});

/** The configuration of a stream as its receiver reads it. The header of pushes is a secret, so it is not answered. */
const documentOf = (
  { stream_id: id, client_id: aud, description, events_requested, push_url: pushUrl }: SignalStream,
  issuer: string,
) => ({
  stream_id: id,
  iss: issuer,
  aud,
  events_supported: supportedEvents,
  events_requested,
  events_delivered: supportedEvents.filter((type) => events_requested.includes(type)),
  delivery:
    pushUrl === null
      ? { method: pollDelivery, endpoint_url: `${issuer}${path}/poll/${id}` }
      : { method: pushDelivery, endpoint_url: pushUrl },
  min_verification_interval: signalBounds.minVerificationSeconds,
  ...(description !== null && { description }),
});

const actorOf = (ctx: Context, clientId: string) => ({
  id: `client:${clientId}`,
  requestId: ctx.state.requestId as string,
  ip: ctx.ip,
});

function streamRoutes(router: Router, deps: SignalDeps): void {
  const { db, config, sealer } = deps;
  const writing = { db, sealer, rules: webhookRules(config) };
  const streams = `${path}/streams`;
  const asked = (ctx: Context) => streamIdOf({ stream_id: ctx.query.stream_id });

  router.post(
    streams,
    forGateway(deps, async (ctx, clientId) => {
      const input = wholeStreamOf(await readMembers(ctx));
      const stream = await createStream(writing, clientId, input, actorOf(ctx, clientId));
      ctx.status = 201;
      ctx.body = documentOf(stream, config.issuer);
    }),
  );
  router.get(
    streams,
    forGateway(deps, async (ctx, clientId) => {
      if (ctx.query.stream_id !== undefined) {
        ctx.body = documentOf(await getStream(db, clientId, asked(ctx)), config.issuer);
        return;
      }
      const stream = await findSignalStream(db, clientId);
      ctx.body = stream ? [documentOf(stream, config.issuer)] : [];
    }),
  );
  const change = (inputOf: typeof streamInputOf) =>
    forGateway(deps, async (ctx, clientId) => {
      const members = await readMembers(ctx);
      const id = streamIdOf(members);
      const input = inputOf(members);
      checkUnchanged(members, documentOf(await getStream(db, clientId, id), config.issuer));
      ctx.body = documentOf(await changeStream(writing, clientId, id, input, actorOf(ctx, clientId)), config.issuer);
    });
  router.patch(streams, change(streamInputOf));
  router.put(streams, change(wholeStreamOf));
  router.delete(
    streams,
    forGateway(deps, async (ctx, clientId) => {
      await deleteStream(db, clientId, asked(ctx), actorOf(ctx, clientId));
      ctx.status = 204;
    }),
  );
}

function statusRoutes(router: Router, deps: SignalDeps): void {
  const { db } = deps;
  const answer = async (ctx: Context, clientId: string, id: string) => {
    const { status, status_reason: reason } = await getStream(db, clientId, id);
    ctx.body = { stream_id: id, status, ...(reason !== null && { reason }) };
  };
  router.get(
    `${path}/status`,
    forGateway(deps, (ctx, clientId) => answer(ctx, clientId, streamIdOf({ stream_id: ctx.query.stream_id }))),
  );
  router.post(
    `${path}/status`,
    forGateway(deps, async (ctx, clientId) => {
      const members = await readMembers(ctx);
      const id = streamIdOf(members);
      await changeStreamStatus(db, clientId, { id, ...statusOf(members) }, actorOf(ctx, clientId));
      await answer(ctx, clientId, id);
    }),
  );
  router.post(
    `${path}/verify`,
    forGateway(deps, async (ctx, clientId) => {
      const members = await readMembers(ctx);
      if (await verifyStream(db, clientId, streamIdOf(members), stateOf(members))) {
        ctx.status = 204;
        return;
      }
      ctx.set('Retry-After', String(signalBounds.minVerificationSeconds));
      refuse(ctx, 429, 'too_many_requests', 'A verification event was asked for within the last minute');
    }),
  );
}

function subjectRoutes(router: Router, { db, ...deps }: SignalDeps): void {
  const { issuer } = deps.config;
  const change = (removed: boolean, status: number) =>
    forGateway(deps, async (ctx, clientId) => {
      const members = await readMembers(ctx);
      const id = streamIdOf(members);
      await changeSubject(db, clientId, { id, accountId: personOf(members, issuer), removed });
      ctx.body = null;
      ctx.status = status;
    });
  router.post(`${path}/subjects/add`, change(false, 200));
  router.post(`${path}/subjects/remove`, change(true, 204));
}
