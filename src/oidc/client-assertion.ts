/**
 * Authenticates a client by an assertion (RFC 7521 §4.2): a JWT that it signed itself (`private_key_jwt`, RFC 7523 §2.2 with
 * the audience and type of draft-ietf-oauth-rfc7523bis §4), or a token of a workload that it trusts. It works once. The reason
 * of a refusal is told to the caller once the signature is valid; before that, it is for the failure record only.
 */
import { decodeJwt, decodeProtectedHeader } from 'jose';
import type { Next } from 'koa';
import { type Client, errors, type KoaContextWithOIDC, type Provider } from 'oidc-provider';
import { keepsProfile, profileAlgorithms } from '../policy/client/profiles.ts';
import { clockSkewSeconds, ownAssertionProblem, shown } from './assertion-claims.ts';
import { createClientKeys, type IsSignedByClient } from './client-keys.ts';
import { explained, type Presented, type Use } from './presented-assertion.ts';
import { requestContext } from './request-context.ts';
import { assertionAlgorithms } from './signed-by.ts';
import type { VerifyWorkload } from './workload-token.ts';

const jwtBearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** Longer ones would not fit into a row. */
const maxJtiChars = 1_000;
/** When keys that could not be read may be read again (outbound/issuer-keys, client-keys). */
const retryAfterSeconds = { issuer: 30, client: 3 };

export function authenticateByAssertion({
  issuer,
  verifyWorkload,
}: {
  issuer: string;
  verifyWorkload: VerifyWorkload;
}) {
  const isSigned = createClientKeys();
  return async (
    ctx: KoaContextWithOIDC,
    next: Next,
    otherwise: (ctx: KoaContextWithOIDC, next: Next) => Promise<void>,
  ): Promise<void> => {
    const presented = readAssertion(ctx);
    if (!presented) return otherwise(ctx, next);
    const { provider, params } = ctx.oidc;
    const { iss, sub } = presented.claims;
    const named = params?.client_id as string | undefined;
    if (named === undefined && isForeign(iss, sub)) {
      throw new errors.InvalidRequest(
        'client_id is missing: the client_assertion is of another issuer and does not name it',
      );
    }
    const client = await provider.Client.find(named ?? String(sub));
    const workloads = client?.workload_identities;
    if (isForeign(iss, sub)) {
      if (!client) throw new errors.InvalidClientAuth('client not found');
      ctx.oidc.entity('Client', client);
      if (!workloads)
        throw new errors.InvalidClientAuth(
          `the client trusts no workloads, and iss of the client_assertion is ${shown(iss)}`,
        );
    }
    if (client?.clientAuthMethod !== 'private_key_jwt') return otherwise(ctx, next);
    if (!workloads && client.clientId !== sub) return otherwise(ctx, next);
    ctx.oidc.entity('Client', client);
    const use = workloads
      ? await verifyWorkload({ ...presented, workloads, issuer }).catch((error) =>
          withRetryAfter(ctx, error, retryAfterSeconds.issuer),
        )
      : await verifyOwn(ctx, client, presented, isSigned).catch((error) =>
          withRetryAfter(ctx, error, retryAfterSeconds.client),
        );
    await useOnce(provider, use);
    requestContext().outcome.clientAuthenticated = true;
    await next();
  };
}

function withRetryAfter(ctx: KoaContextWithOIDC, error: Error, seconds: number): never {
  if (error instanceof errors.TemporarilyUnavailable) ctx.set('Retry-After', String(seconds));
  throw error;
}

/** Returns undefined if the engine has to refuse it: it is not there, not alone, of another kind, or can't be read. */
function readAssertion(ctx: KoaContextWithOIDC): Presented | undefined {
  const { client_assertion: token, client_assertion_type: type, client_secret: secret } = ctx.oidc.params ?? {};
  if (typeof token !== 'string' || type !== jwtBearer || secret || ctx.get('Authorization')) return undefined;
  try {
    const claims = decodeJwt(token);
    return typeof claims.sub === 'string' && claims.sub !== ''
      ? { token, header: decodeProtectedHeader(token), claims }
      : undefined;
  } catch {
    return undefined;
  }
}

/** A client that signs for itself is both. */
const isForeign = (iss: unknown, sub: unknown): boolean =>
  typeof iss === 'string' && iss.includes('://') && iss !== sub;

async function useOnce(provider: Provider, use: Use | undefined): Promise<void> {
  if (!use) return;
  const first = await provider.ReplayDetection.unique(`assertion ${use.issuer} `, use.jti, use.until);
  if (!first) throw explained('the client_assertion was used before: each works once');
}

async function verifyOwn(
  ctx: KoaContextWithOIDC,
  client: Client,
  { token, header, claims }: Presented,
  isSigned: IsSignedByClient,
): Promise<Use> {
  const { alg } = header;
  const strict = keepsProfile(client);
  const allowed: readonly string[] = strict ? profileAlgorithms : assertionAlgorithms;
  if (!allowed.some((one) => one === alg)) {
    throw new errors.InvalidClientAuth(
      `alg mismatch: the client_assertion has ${alg}, expected one of ${allowed.join(', ')}`,
    );
  }
  if (!(await isSigned(client, token))) {
    throw new errors.InvalidClientAuth(
      `no registered key has signed the client_assertion (alg ${alg}, kid ${header.kid})`,
    );
  }
  const endpoints = client.assertion_audience === 'endpoint' ? [...ctx.oidc.clientJwtAuthExpectedAudience()] : [];
  const problem = ownAssertionProblem(
    { header, claims },
    { clientId: client.clientId, issuer: ctx.oidc.issuer, endpoints },
  );
  if (problem) throw explained(problem);
  if (strict && Array.isArray(claims.aud))
    throw explained(`aud of the client_assertion is a list, expected ${ctx.oidc.issuer} as a string`);
  if (strict && ctx.oidc.route === 'token' && ctx.get('DPoP') === '')
    throw new errors.InvalidDpopProof('the DPoP proof is missing: clients of the profile fapi2 send one');
  const { jti, exp } = claims as { jti: string; exp: number };
  if (jti.length > maxJtiChars)
    throw explained(`jti of the client_assertion must have at most ${maxJtiChars} characters`);
  return { issuer: client.clientId, jti, until: Math.ceil(exp) + clockSkewSeconds };
}
