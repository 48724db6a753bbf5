/** Signs signals as Security Event Tokens (RFC 8417). */
import { importJWK, SignJWT } from 'jose';
import type { StreamSignal } from '../policy/shared-signals.ts';
import { accessTokenAlgorithm } from '../policy/signing-algorithms.ts';
import type { SigningKey } from './signing-keys.ts';

export interface SignDeps {
  readonly keys: () => readonly SigningKey[];
  readonly issuer: string;
}

/** Returns each token with its `jti`, which is the same whenever the signal is sent. `stream.client_id` is the audience. */
export async function signSignals(
  { keys, issuer }: SignDeps,
  { stream_id: id, client_id: aud }: { readonly stream_id: string; readonly client_id: string },
  signals: readonly StreamSignal[],
): Promise<{ jti: string; set: string }[]> {
  if (signals.length === 0) return [];
  const key = keys().find(({ alg }) => alg === accessTokenAlgorithm);
  if (!key) throw new Error(`a key for ${accessTokenAlgorithm} is missing`);
  const privateKey = await importJWK(key.privateJwk, key.alg);
  const iat = Math.floor(Date.now() / 1000);
  return Promise.all(
    signals.map(async ({ key: name, type, subject, claims }) => {
      const jti = `${id}.${name}`;
      // No `exp` and no `sub`: a SET can't be taken for another token (RFC 8417 §4.5, SSF §4.1).
      const set = await new SignJWT({ iss: issuer, aud, iat, jti, sub_id: subject, events: { [type]: claims } })
        .setProtectedHeader({ alg: key.alg, typ: 'secevent+jwt', kid: key.kid })
        .sign(privateKey);
      return { jti, set };
    }),
  );
}
