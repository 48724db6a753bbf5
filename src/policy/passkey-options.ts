/** What a page asks the browser for: a passkey that exists, or a new one (WebAuthn §5.4 and §5.5, in their JSON form). */
import { challengeTtlSeconds, type RelyingParty } from './passkeys.ts';

/** A passkey that the browser is told of: its id in base64url, and how its authenticator was reached. */
export interface KnownPasskey {
  readonly id: string;
  readonly transports: readonly string[];
}

const descriptorOf = ({ id, transports }: KnownPasskey) => ({ type: 'public-key', id, transports });
const timeout = challengeTtlSeconds * 1000;

/**
 * Asks for a passkey. Without `allowed`, the browser offers all that it has for this server: the page need not know who is
 * there, and tells nobody which accounts exist.
 */
export function requestOptions(rp: RelyingParty, challenge: string, allowed: readonly KnownPasskey[] = []): object {
  return {
    rpId: rp.id,
    challenge,
    allowCredentials: allowed.map(descriptorOf),
    userVerification: 'required',
    timeout,
  };
}

/** EdDSA, ES256 and RS256 (COSE). Every authenticator supports one of them. */
export const passkeyAlgorithms = [-8, -7, -257];

/** Asks for a new passkey, on an authenticator that has none of `existing`. The account's id is not about the person. */
export function creationOptions(
  rp: RelyingParty,
  challenge: string,
  account: { readonly id: string; readonly email: string; readonly name: string },
  existing: readonly KnownPasskey[],
): object {
  return {
    rp: { id: rp.id, name: 'VibeCaaS' },
    user: { id: Buffer.from(account.id).toString('base64url'), name: account.email, displayName: account.name },
    challenge,
    pubKeyCredParams: passkeyAlgorithms.map((alg) => ({ type: 'public-key', alg })),
    excludeCredentials: existing.map(descriptorOf),
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    attestation: 'none',
    timeout,
  };
}
