/**
 * Protects an API, whatever serves it: takes the token from the header, verifies it, and words the refusal. RFC 6750
 * defines the form of requests, the API's envelope that of bodies; challenge.ts makes the header.
 */
import { randomUUID } from 'node:crypto';
import { containsApiKey } from '../policy/api-keys.ts';
import type { AuthenticationRequirements } from '../policy/authentication-requirements.ts';
import { challengeOf } from './challenge.ts';
import type { CallerClaims } from './claims.ts';
import { envelopeError } from './envelope.ts';
import { TokenError } from './errors.ts';
import type { ProjectRequirements } from './projects.ts';
import { createMetadataAnswer, type MetadataAnswer, resourceMetadataUrl } from './resource-metadata.ts';
import type { Verifier, VerifyOptions } from './verifier.ts';

export interface GuardOptions {
  readonly verifier: Pick<Verifier, 'verify' | 'issuer' | 'audience'> & Partial<Pick<Verifier, 'recall'>>;
  /** The API's public address: `https://api.vibecaas.com`. The Host of a request is only the caller's claim. */
  readonly origin: string;
  /** The resource, if it is one of the verifier's other audiences. */
  readonly resource?: string;
  /** The scopes of the resource, for its metadata document; all of the API by default. */
  readonly scopes?: readonly string[];
  /**
   * The scopes that a 401 names for calls of which the guard knows no scope, such as those of an MCP server. Apps ask for
   * them first; without any they would ask for everything in the metadata document.
   */
  readonly firstScopes?: readonly string[];
  /**
   * The address of the protected resource's metadata document, named in every challenge. By default as in RFC 9728
   * §3.1: at the origin, with the path of the audience after the well-known part.
   */
  readonly resourceMetadata?: string;
  /** Called for each refusal, with the reason, never the token, and the id that the caller got. */
  readonly onRefusal?: (error: TokenError, context: { readonly requestId: string }) => void;
}

/** The parts of a request that a guard reads. */
export interface GuardedRequest {
  readonly method: string;
  /** Path and query as the client sent them. */
  readonly target: string;
  /** Every Authorization header that was sent. */
  readonly authorization: readonly string[];
  /** Every DPoP header that was sent. */
  readonly dpop: readonly string[];
  /** The caller's IP address, for API keys. */
  readonly address?: string | undefined;
  /** A new id if omitted. */
  readonly requestId?: string | undefined;
}

export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

/** `caller` is there if the token or key is good and only this request is refused. */
export type Verdict =
  | { readonly claims: CallerClaims }
  | { readonly refusal: Refusal; readonly caller?: CallerClaims | undefined };

export interface Guard {
  /** The address of the document that challenges name. */
  readonly resourceMetadata: string;
  /** The answer to a request for that document, by its path and query; undefined for every other request. */
  describe(method: string, target: string): MetadataAnswer | undefined;
  /** Whether a request has these scopes, a sign-in that meets `required`, and its project. Never throws for a bad token. */
  check(request: GuardedRequest, scopes: readonly string[], required?: CallRequirements): Promise<Verdict>;
  /** The same at once, if the verifier needs no I/O; undefined means that `check` has to decide. */
  recall(request: GuardedRequest, scopes: readonly string[], required?: CallRequirements): Verdict | undefined;
}

/** What a call requires beside its scopes. A call that says nothing of projects is refused to whoever is limited to some. */
export type CallRequirements = AuthenticationRequirements & ProjectRequirements;

/** The same for a route of a framework: `project` is the name of the parameter of its path that names the project. */
export type RouteRequirements = CallRequirements;

/** @throws TypeError for an origin that no target can follow */
export function createGuard(options: GuardOptions): Guard {
  const { verifier, origin, scopes, firstScopes = [], onRefusal = () => {} } = options;
  const firstScope = firstScopes.join(' ');
  if (!/^https?:\/\/[^/]/.test(origin) || origin.endsWith('/'))
    throw new TypeError('origin: without a slash at the end');
  const { issuer, audience } = verifier;
  const { resource = audience } = options;
  const metadata = options.resourceMetadata ?? metadataAt(origin, resource);
  const path = new URL(metadata).pathname;
  const answerMetadata = createMetadataAnswer({ resource, issuer, ...(scopes && { scopes }) });

  function refused(error: unknown, request: GuardedRequest, scope: string): Verdict {
    if (!(error instanceof TokenError)) throw error;
    const { requestId = `req_${randomUUID()}` } = request;
    onRefusal(error, { requestId });
    const needed = scope === '' && error.status === 401 ? firstScope : scope;
    const challenge = challengeOf(error, { scope: needed, metadata, scheme: schemeOf(request) });
    return { refusal: refusalOf(error, challenge, requestId), caller: error.caller };
  }

  return {
    resourceMetadata: metadata,
    describe: (method, target) => (target.split('?', 1)[0] === path ? answerMetadata(method) : undefined),
    async check(request, scopes, required) {
      const scope = scopes.join(' ');
      try {
        const { scheme, token } = presented(request);
        const { method, target } = request;
        const dpop = scheme === 'DPoP' ? { proof: single(request.dpop), method, url: `${origin}${target}` } : undefined;
        const needed = needs(scope, resource, required, request.address);
        return { claims: await verifier.verify(token, { ...needed, ...(dpop ? { dpop } : {}) }) };
      } catch (error) {
        return refused(error, request, scope);
      }
    },
    recall(request, scopes, required) {
      const token = plainBearer(request);
      if (token === undefined) return undefined;
      const scope = scopes.join(' ');
      try {
        const claims = verifier.recall?.(token, needs(scope, resource, required, request.address));
        return claims && { claims };
      } catch (error) {
        return refused(error, request, scope);
      }
    },
  };
}

function needs(
  scope: string,
  audience: string,
  required: CallRequirements | undefined,
  address: string | undefined,
): VerifyOptions {
  const { acr, maxAgeSeconds, project, filtered } = required ?? noRequirements;
  return { scope, audience, acr, maxAgeSeconds, project, filtered, address };
}

const noRequirements: CallRequirements = {};

/** @throws TypeError for an audience that is not a web address */
function metadataAt(origin: string, audience: string): string {
  if (!/^https?:/.test(audience)) throw new TypeError('resourceMetadata: where is the document of this audience?');
  return new URL(new URL(resourceMetadataUrl(audience)).pathname, origin).href;
}

interface Presented {
  readonly scheme: 'Bearer' | 'DPoP';
  readonly token: string;
}

/**
 * RFC 6750 §2: one token, in the header. A token in the query does not count, and beside the header it is one too many.
 */
function presented({ authorization, target }: GuardedRequest): Presented {
  // Addresses end up in logs, so the key has leaked already.
  if (containsApiKey(target)) {
    throw new TokenError('invalid_request', 'Send the API key in the Authorization header, and never in an address');
  }
  const [value, ...more] = authorization;
  if (value === undefined) throw new TokenError(undefined, 'Send an access token in the Authorization header');
  if (more.length > 0) throw new TokenError('invalid_request', 'There must be one Authorization header');
  // An unsupported scheme does not count as a wrong attempt (§3.1).
  if (!/^(?:Bearer|DPoP)(?: |$)/i.test(value)) {
    throw new TokenError(undefined, 'Send an access token: Authorization: Bearer, then the token');
  }
  const [, scheme, token] = /^(Bearer|DPoP) +([A-Za-z0-9._~+/-]+=*) *$/i.exec(value) ?? [];
  if (!scheme || !token) {
    throw new TokenError('invalid_request', 'The Authorization header must be: Bearer, then one token');
  }
  if (tokenInQuery.test(target)) {
    throw new TokenError('invalid_request', 'Send the access token once, in the Authorization header');
  }
  return { scheme: scheme.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer', token };
}

const tokenInQuery = /[?&]access_token=/;

/**
 * The token of the form that nearly everybody sends; undefined for requests that need a closer look and may be refused.
 */
function plainBearer({ authorization, target }: GuardedRequest): string | undefined {
  const value = authorization[0];
  const plain =
    authorization.length === 1 && value?.startsWith('Bearer ') && !tokenInQuery.test(target) && !containsApiKey(target);
  return plain ? value?.slice('Bearer '.length) : undefined;
}

/** How the token of a request is presented. */
export function schemeOf({ authorization }: Pick<GuardedRequest, 'authorization'>): 'Bearer' | 'DPoP' {
  return /^DPoP\b(?! +vcs_sk_)/i.test(authorization[0] ?? '') ? 'DPoP' : 'Bearer';
}

function single(values: readonly string[]): string | readonly string[] | undefined {
  return values.length === 1 ? values[0] : values;
}

const codes: Record<number, string> = {
  400: 'VALIDATION_ERROR',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  429: 'RATE_LIMITED',
};
/** A token that is not checked may be fine, so there is no challenge. */
const retryAfterSeconds: Record<number, string> = { 429: '30', 503: '5' };

function refusalOf(error: TokenError, challenge: string, requestId: string): Refusal {
  const retryAfter = retryAfterSeconds[error.status];
  return {
    status: error.status,
    headers: {
      ...(retryAfter === undefined ? { 'WWW-Authenticate': challenge } : { 'Retry-After': retryAfter }),
      ...(error.nonce !== undefined && { 'DPoP-Nonce': error.nonce }),
      'X-Request-Id': requestId,
      'Cache-Control': 'no-store',
      'Content-Type': 'application/json; charset=utf-8',
    },
    body: envelopeError(codes[error.status] ?? 'SERVER_ERROR', error.description, requestId),
  };
}
