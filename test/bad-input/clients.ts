/** Clients in addition to those of every test server: one that is disabled, one that signs its assertions. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { SignJWT } from 'jose';
import { createClient, disableClient } from '../../src/operations/clients.ts';
import { redirectUri, type TestServer } from '../support/server.ts';

const actor = { id: 'test' };

/** A web app with a secret, disabled. */
export async function addDisabledClient({ db }: TestServer): Promise<{ id: string; secret: string }> {
  const input = { client_name: 'Disabled', type: 'web', redirect_uris: [redirectUri] } as const;
  const { client, clientSecret } = await createClient(db, input, actor);
  await disableClient(db, client.client_id, actor, 'Tried');
  return { id: client.client_id, secret: clientSecret as string };
}

export interface SigningClient {
  readonly id: string;
  /** A private_key_jwt assertion (RFC 7523 §2.2). `claims` and `header` override its fields. */
  assertion(claims?: object, header?: object): Promise<string>;
}

export async function addSigningClient({ db, issuer }: TestServer): Promise<SigningClient> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = { ...publicKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid: 'one' };
  const { client } = await createClient(
    db,
    { client_name: 'Signer', type: 'service', token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [jwk] } },
    actor,
  );
  const id = client.client_id;
  return {
    id,
    assertion(claims = {}, header = {}) {
      const now = Math.floor(Date.now() / 1000);
      const all = {
        iss: id,
        sub: id,
        aud: issuer,
        jti: randomBytes(12).toString('hex'),
        iat: now,
        exp: now + 60,
        ...claims,
      };
      return new SignJWT(all).setProtectedHeader({ alg: 'ES256', kid: 'one', ...header }).sign(privateKey);
    },
  };
}

export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
