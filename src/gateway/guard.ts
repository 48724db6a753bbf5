/**
 * What stands in front of an API, whatever serves it: takes the token from the header, has it verified, and words the
 * refusal. RFC 6750 for the challenge, RFC 9728 for where to read about the resource, the API's envelope for the body.
 */
import { randomUUID } from 'node:crypto';
import type { AccessTokenClaims } from './claims.ts';
import { envelopeError } from './envelope.ts';
import { TokenError } from './errors.ts';
import type { Verifier } from './verifier.ts';

export interface GuardOptions {
  readonly verifier: Pick<Verifier, 'verify'>;
  /** The address of the protected resource's metadata document, named in every challenge. */
  readonly resourceMetadata?: string;
  /** Told of each refusal: what was wrong, never the token. */
  readonly onRefusal?: (error: TokenError) => void;
}

/** A request as far as a guard looks at it. */
export interface GuardedRequest {
  readonly method: string;
  /** Absolute, as the client sees it. */
  readonly url: string;
  /** Every Authorization header that was sent. */
  readonly authorization: readonly string[];
  /** Every DPoP header that was sent. */
  readonly dpop: readonly string[];
  readonly requestId?: string | undefined;
}

export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

export type Verdict = { readonly claims: AccessTokenClaims } | { readonly refusal: Refusal };

export interface Guard {
  /** Whether a request may do what needs these scopes. Never throws for a bad token. */
  check(request: GuardedRequest, scopes: readonly string[]): Promise<Verdict>;
}

export function createGuard({ verifier, resourceMetadata, onRefusal = () => {} }: GuardOptions): Guard {
  return {
    async check(request, scopes) {
      const scope = scopes.join(' ');
      try {
        const { scheme, token } = presented(request);
        const { method, url } = request;
        const dpop = scheme === 'dpop' ? { proof: single(request.dpop), method, url } : undefined;
        return { claims: await verifier.verify(token, { scope, ...(dpop ? { dpop } : {}) }) };
      } catch (error) {
        if (!(error instanceof TokenError)) throw error;
        onRefusal(error);
        return { refusal: refusalOf(error, { scope, resourceMetadata, requestId: request.requestId }) };
      }
    },
  };
}

/** RFC 6750 §2.1 only: a token in the query or the body is not looked at. */
function presented({ authorization }: GuardedRequest): { scheme: 'bearer' | 'dpop'; token: string } {
  if (authorization.length === 0) throw new TokenError(undefined, 'Send an access token in the Authorization header');
  if (authorization.length > 1) throw new TokenError('invalid_request', 'There must be one Authorization header');
  const [, scheme, token] = /^(Bearer|DPoP) +([A-Za-z0-9._~+/-]+=*)$/i.exec(authorization[0] as string) ?? [];
  if (!scheme || !token)
    throw new TokenError('invalid_request', 'The Authorization header must be: Bearer, then one token');
  return { scheme: scheme.toLowerCase() as 'bearer' | 'dpop', token };
}

function single(values: readonly string[]): string | readonly string[] | undefined {
  return values.length === 1 ? values[0] : values;
}

const codes: Record<number, string> = {
  400: 'VALIDATION_ERROR',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  503: 'SERVER_ERROR',
};

function refusalOf(
  error: TokenError,
  context: { scope: string; resourceMetadata: string | undefined; requestId: string | undefined },
): Refusal {
  const { scope, resourceMetadata, requestId = `req_${randomUUID()}` } = context;
  const parts = [
    error.error && `error="${error.error}"`,
    error.error && `error_description="${error.description}"`,
    // All that the call needs, so that an app can ask for it at once (step-up).
    scope && `scope="${scope}"`,
    resourceMetadata && `resource_metadata="${resourceMetadata}"`,
    error.scheme === 'DPoP' && 'algs="ES256 EdDSA"',
  ].filter(Boolean);
  const retry: Record<string, string> = error.status === 503 ? { 'Retry-After': '5' } : {};
  const challenge: Record<string, string> =
    error.status === 503 ? {} : { 'WWW-Authenticate': `${error.scheme} ${parts.join(', ')}`.trim() };
  return {
    status: error.status,
    headers: {
      ...challenge,
      ...retry,
      'Cache-Control': 'no-store',
      'Content-Type': 'application/json; charset=utf-8',
    },
    body: envelopeError(codes[error.status] ?? 'SERVER_ERROR', error.description, requestId),
  };
}
