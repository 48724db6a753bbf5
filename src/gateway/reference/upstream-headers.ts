/** What the gateway itself tells the upstream: who calls, from where, and under which id. */
import type { AccessTokenClaims } from '../claims.ts';
import type { Call } from './call.ts';
import { identityHeaders, identitySignature } from './identity.ts';

export interface UpstreamHeadersOptions {
  /** The API's public origin. */
  readonly origin: string;
  readonly isTrustedProxy: (address: string) => boolean;
  /** Signs the identity headers. */
  readonly identitySecret?: string | undefined;
}

/** The function that puts them behind what passes of the caller's own. */
export function createUpstreamHeaders({ origin, isTrustedProxy, identitySecret }: UpstreamHeadersOptions) {
  const [scheme, host] = origin.split('://') as [string, string];
  return ({ request, head, requestId }: Call, claims: AccessTokenClaims): void => {
    const { method = 'GET', url: target = '/', headers, socket } = request;
    const peer = socket.remoteAddress ?? '';
    const before = headers['x-forwarded-for'];
    const forwardedFor = before && isTrustedProxy(peer) ? `${before}, ${peer}` : peer;
    const identity = identityHeaders(claims);
    head.passing.push('x-forwarded-for', forwardedFor, 'x-forwarded-proto', scheme, 'x-forwarded-host', host);
    for (const name in identity) head.passing.push(name, identity[name as keyof typeof identity]);
    head.passing.push('x-request-id', requestId);
    if (identitySecret) {
      const signature = identitySignature(identitySecret, { method, target }, identity, Date.now());
      head.passing.push('x-auth-signature', signature);
    }
  };
}
