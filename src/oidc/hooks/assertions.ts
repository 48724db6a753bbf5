/**
 * A client's assertion (`private_key_jwt`) is remembered until it ends, so that it is used once. RFC 7523 §3 lets a
 * server refuse one that ends unreasonably far in the future: marks then go within minutes.
 */
import { errors, type KoaContextWithOIDC } from 'oidc-provider';

/** How far ahead an assertion may end, and how far a client's clock; seconds. */
const maxAssertionSeconds = 10 * 60;
const clocksDiffer = 60;

/** Asked by the engine when everything else about the assertion is right, so that the answer may say why. */
export async function refuseLongAssertions(_ctx: KoaContextWithOIDC, claims: { exp?: unknown }): Promise<void> {
  if (Number(claims.exp) <= Date.now() / 1000 + maxAssertionSeconds + clocksDiffer) return;
  const error_description = `exp of the client_assertion must be at most ${maxAssertionSeconds} seconds ahead`;
  throw Object.assign(new errors.InvalidClientAuth(error_description), { error_description });
}
