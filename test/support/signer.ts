/** A confidential web app that authenticates with assertions (private_key_jwt, RFC 7523 §2.2). */
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { createClient } from '../../src/operations/clients.ts';
import { redirectUri, type TestServer } from './server.ts';

export interface Signer {
  readonly id: string;
  /** The parameters of one request. Without an audience, the assertion is for this server. */
  sign(audience?: string): Promise<{ client_assertion_type: string; client_assertion: string }>;
}

export async function addSigner({ db, issuer }: TestServer): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const input = {
    client_name: 'Signer',
    type: 'web',
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256', kid: 'one', use: 'sig' }] },
  };
  const { client } = await createClient(db, input as never, { id: 'test' });
  const { client_id: id } = client;
  return {
    id,
    sign: async (audience = issuer) => ({
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await new SignJWT({ jti: crypto.randomUUID() })
        .setProtectedHeader({ alg: 'ES256', kid: 'one' })
        .setIssuer(id)
        .setSubject(id)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime('1 minute')
        .sign(privateKey),
    }),
  };
}
