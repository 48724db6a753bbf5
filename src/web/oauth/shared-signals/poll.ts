/** Answers polls (RFC 8936): what the receiver has not acknowledged, as signed tokens (RFC 8417). */
import { importJWK, SignJWT } from 'jose';
import type { Polled } from '../../../operations/signal-streams.ts';
import type { SigningKey } from '../../../operations/signing-keys.ts';
import { verificationEvent } from '../../../policy/shared-signals.ts';
import { accessTokenAlgorithm } from '../../../policy/signing-algorithms.ts';

interface PollAnswer {
  readonly sets: Readonly<Record<string, string>>;
  readonly moreAvailable?: true;
}

/** `clientId` is the audience. */
export async function pollAnswer(
  { stream, signals, verification, moreAvailable }: Polled,
  { keys, issuer, clientId }: { keys: readonly SigningKey[]; issuer: string; clientId: string },
): Promise<PollAnswer> {
  const id = stream.stream_id;
  const tokens = signals.map(({ key, type, subject, claims }) => ({ key, type, subject, claims }));
  if (verification) {
    const claims = verification.state === null ? {} : { state: verification.state };
    const subject = { format: 'opaque', id };
    tokens.unshift({ key: `v.${verification.id}`, type: verificationEvent, subject, claims });
  }
  if (tokens.length === 0) return { sets: {}, ...(moreAvailable && { moreAvailable }) };
  const key = keys.find(({ alg }) => alg === accessTokenAlgorithm);
  if (!key) throw new Error(`a key for ${accessTokenAlgorithm} is missing`);
  const privateKey = await importJWK(key.privateJwk, key.alg);
  const iat = Math.floor(Date.now() / 1000);
  const sets: Record<string, string> = {};
  for (const { key: name, type, subject, claims } of tokens) {
    const jti = `${id}.${name}`;
    // No `exp` and no `sub`: a SET can't be taken for another token (RFC 8417 §4.5, SSF §4.1).
    sets[jti] = await new SignJWT({ iss: issuer, aud: clientId, iat, jti, sub_id: subject, events: { [type]: claims } })
      .setProtectedHeader({ alg: key.alg, typ: 'secevent+jwt', kid: key.kid })
      .sign(privateKey);
  }
  return { sets, ...(moreAvailable && { moreAvailable }) };
}

/** Returns what the ids of SETs name in this stream; others are ignored. */
export function keysIn(streamId: string, ids: readonly string[]): ReadonlySet<string> {
  const prefix = `${streamId}.`;
  return new Set(ids.filter((jti) => jti.startsWith(prefix)).map((jti) => jti.slice(prefix.length)));
}
