/** The endpoints by which apps register and manage themselves (RFC 7591 §3, RFC 7592 §2). */
import Router from '@koa/router';
import type { Context, Next } from 'koa';
import { requestContext } from '../../../oidc/request-context.ts';
import {
  deleteItself,
  findManaged,
  type Managed,
  registerItself,
  replaceRegistration,
} from '../../../operations/dynamic-registration.ts';
import { RegistrationProblem, registeredValues } from '../../../policy/client/registration-request.ts';
import { asDescription } from '../../../policy/error-descriptions.ts';
import { registrationTokenProblem } from '../../../policy/failures-registering.ts';
import { hasValidChecksum } from '../../../policy/token-format.ts';
import type { WebDeps } from '../../deps.ts';
import { actorOf } from '../../http/actor.ts';
import { readDocumentBody } from './body.ts';

const path = '/oauth/register';
const clientIdForm = /^vcs_dynamic_[\da-f]{24}$/;

type Deps = Pick<WebDeps, 'db' | 'config'>;

export function registrationRoutes(deps: Deps): Router {
  const router = new Router();
  router.use(answerScripts, answerProblems);
  router.options(path, preflight('POST'));
  router.post(path, (ctx) => answerRegistration(ctx, deps));
  router.options(`${path}/:client_id`, preflight('GET, HEAD, PUT, DELETE'));
  addManagement(router, deps);
  return router;
}

async function answerRegistration(ctx: Context, { db, config }: Deps): Promise<void> {
  if (config.dynamicRegistration === 'closed') {
    return refuse(ctx, 403, 'access_denied', 'Apps can’t register themselves here: ask the people who run this server');
  }
  const document = await readDocumentBody(ctx);
  const limited = { off: !config.rateLimits, peopleLimit: config.unverifiedPeopleLimit };
  const registered = await registerItself(db, document, actorOf(ctx, 'system'), limited);
  const { clientId, metadata, clientSecret, registrationToken, issuedAt } = registered;
  ctx.status = 201;
  ctx.body = {
    ...answerOf(clientId, issuedAt, metadata),
    ...(clientSecret !== undefined && { client_secret: clientSecret, client_secret_expires_at: 0 }),
    ...(registrationToken !== undefined && managedBy(config, clientId, registrationToken)),
  };
}

function addManagement(router: Router, { db, config }: Deps): void {
  const one = `${path}/:client_id`;
  router.get(one, async (ctx) => {
    const managed = await manage(ctx);
    if (managed) answer(ctx, managed);
  });
  router.put(one, async (ctx) => {
    const managed = await manage(ctx);
    if (!managed) return;
    const document = await readDocumentBody(ctx);
    const client = await replaceRegistration(db, managed, document, ownActor(ctx, managed), {
      off: !config.rateLimits,
    });
    answer(ctx, { ...managed, client });
  });
  router.delete(one, async (ctx) => {
    const managed = await manage(ctx);
    if (!managed) return;
    await deleteItself(db, managed, ownActor(ctx, managed));
    ctx.status = 204;
  });

  /** The client, if the request has its registration token. Everybody else gets the same answer, whatever the client. */
  async function manage(ctx: Context): Promise<Managed | undefined> {
    const clientId = String(ctx.params.client_id);
    const { outcome } = requestContext();
    const isId = clientIdForm.test(clientId);
    if (isId) outcome.managedClient = clientId;
    const token = /^Bearer ([\w.~+/-]+=*)$/i.exec(ctx.get('Authorization'))?.[1] ?? '';
    const known = isId && hasValidChecksum(token) ? await findManaged(db, clientId, token) : undefined;
    if (known) {
      outcome.clientAuthenticated = true;
      return known;
    }
    ctx.set('WWW-Authenticate', `Bearer realm="${config.issuer}", error="invalid_token"`);
    refuse(ctx, 401, 'invalid_token', registrationTokenProblem);
    return undefined;
  }

  function answer(ctx: Context, { client, token, issuedAt }: Managed): void {
    ctx.status = 200;
    ctx.body = { ...answerOf(client.client_id, issuedAt, client), ...managedBy(config, client.client_id, token) };
  }
}

function managedBy({ issuer }: { readonly issuer: string }, clientId: string, token: string) {
  return { registration_client_uri: `${issuer}${path}/${clientId}`, registration_access_token: token };
}

function answerOf(clientId: string, issuedAt: Date, values: Parameters<typeof registeredValues>[0]) {
  const issued = Math.floor(issuedAt.getTime() / 1000);
  return { client_id: clientId, client_id_issued_at: issued, ...registeredValues(values) };
}

const ownActor = (ctx: Context, { client }: Managed) => actorOf(ctx, `client:${client.client_id}`);

/** Pages of every origin may register: they show a token or nothing, never a cookie. */
async function answerScripts(ctx: Context, next: Next): Promise<void> {
  ctx.set({ 'Access-Control-Allow-Origin': '*', 'Cache-Control': 'no-store', Pragma: 'no-cache' });
  await next();
}

function preflight(methods: string) {
  return (ctx: Context): void => {
    ctx.set({
      Allow: `${methods}, OPTIONS`,
      'Access-Control-Allow-Methods': methods,
      'Access-Control-Allow-Headers': 'Authorization, Content-Type',
      'Access-Control-Max-Age': '3600',
    });
    ctx.status = 204;
  };
}

async function answerProblems(ctx: Context, next: Next): Promise<void> {
  try {
    await next();
  } catch (error) {
    if (!(error instanceof RegistrationProblem)) throw error;
    refuse(ctx, 400, error.error, error.message);
  }
}

/** The failure is kept if the request manages a client. */
function refuse(ctx: Context, status: number, error: string, description: string): void {
  ctx.status = status;
  ctx.body = { error, error_description: asDescription(description) };
  ctx.state.engineError = Object.assign(new Error(description), {
    error,
    error_description: asDescription(description),
  });
}
