/**
 * A client's assertion (`private_key_jwt`) works once, so it is remembered until it expires. RFC 7523 §3 lets a server
 * refuse an assertion that expires unreasonably far in the future; so a mark is kept for minutes only.
 */
import { errors, type KoaContextWithOIDC } from 'oidc-provider';

/** How far ahead an assertion may expire, and how far a client's clock may be off. */
const maxAssertionSeconds = 10 * 60;
const clockSkewSeconds = 60;

/** The engine calls it when the assertion is valid otherwise, so the answer may give the reason. */
export async function refuseLongAssertions(_ctx: KoaContextWithOIDC, claims: { exp?: unknown }): Promise<void> {
  if (Number(claims.exp) <= Date.now() / 1000 + maxAssertionSeconds + clockSkewSeconds) return;
  const error_description = `exp of the client_assertion must be at most ${maxAssertionSeconds} seconds ahead`;
  throw Object.assign(new errors.InvalidClientAuth(error_description), { error_description });
}
