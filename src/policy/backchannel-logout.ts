/**
 * OpenID Connect Back-Channel Logout 1.0: a client that signed somebody in learns that the session here has ended. The `sid` of a
 * session, the logout token, and what the answers of clients mean.
 */
import { hash } from 'node:crypto';
import { type DeliveryOutcome, maxAttempts } from './webhook-attempts.ts';

/** The type of a delivery that sends a logout token. Webhooks do not get it. */
export const logoutDelivery = 'backchannel_logout';

/** The member of `events` in a logout token (§2.4). */
const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout';

/** The specification recommends at most two minutes (§2.4). A token is made for each attempt, so a repeated one is not older. */
const logoutTokenLifetimeSeconds = 120;

/**
 * The `sid` of a session for one client (§2.1). It cannot be guessed without the session's uid, which no client learns, and the
 * values of two clients do not show that they belong together. The SQL function sid_of computes the same.
 */
export function sidOf(sessionUid: string, clientId: string): string {
  return hash('sha256', `sid ${sessionUid} ${clientId}`, 'base64url');
}

/** What a delivery stores: whose session for this client has ended. */
export interface EndedSession {
  readonly sub: string;
  readonly sid: string;
}

/** The claims of a logout token (§2.4). `jti` must be new for each attempt: a client may refuse one that it has seen. */
export function logoutClaims(
  { sub, sid }: EndedSession,
  { issuer, clientId, jti, nowSeconds }: { issuer: string; clientId: string; jti: string; nowSeconds: number },
): Readonly<Record<string, unknown>> {
  const exp = nowSeconds + logoutTokenLifetimeSeconds;
  return { iss: issuer, sub, aud: clientId, iat: nowSeconds, exp, jti, sid, events: { [logoutEvent]: {} } };
}

/** About forty minutes: by then the client has read new keys, or its database is back. */
const maxRefusals = 4;

/**
 * What an answer leads to after `made` attempts (§2.8). Success is 200, or the 204 that some frameworks turn it into. A client says
 * 400 both when it does not accept the token and when it could not sign the person out; the second may pass, so it is asked a
 * few times more, but not for three days.
 */
export function logoutOutcome(status: number | null, made: number): DeliveryOutcome {
  if (status === 200 || status === 204) return 'delivered';
  return made < (status === 400 ? maxRefusals : maxAttempts) ? 'retry' : 'failed';
}
