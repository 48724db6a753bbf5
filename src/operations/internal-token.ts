/**
 * Tokens by which this server itself asks the platform's API, as a person: for a minute, and for a resource that no client can ask
 * for, so that the API's public addresses refuse them.
 */
import { randomUUID } from 'node:crypto';
import { importJWK, SignJWT } from 'jose';
import { internalAudience } from '../policy/resources.ts';
import { accessTokenAlgorithm } from '../policy/signing-algorithms.ts';
import type { SigningKey } from './signing-keys.ts';

const lifetimeSeconds = 60;

export interface InternalTokenDeps {
  readonly issuer: string;
  readonly apiResource: string;
  /** The published keys, and first of each algorithm the one that signs. */
  readonly keys: () => readonly SigningKey[];
}

/** `client_id` is the issuer: no client has that id. */
export async function internalToken(
  { issuer, apiResource, keys }: InternalTokenDeps,
  accountId: string,
  scope: string,
): Promise<string> {
  const key = keys().find(({ alg }) => alg === accessTokenAlgorithm);
  if (!key) throw new Error('there is no key that signs access tokens');
  const claims = { sub: accountId, client_id: issuer, scope, jti: randomUUID() };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: key.alg, typ: 'at+jwt', kid: key.kid })
    .setIssuer(issuer)
    .setAudience(internalAudience(apiResource))
    .setIssuedAt()
    .setExpirationTime(`${lifetimeSeconds}s`)
    .sign(await importJWK(key.privateJwk, key.alg));
}
