/** Why a request is refused, in the terms of RFC 6750 §3.1 (RFC 9449 §7.1 for DPoP, RFC 9470 §3 for the sign-in). */

import type { AuthenticationRequirements } from '../policy/authentication-requirements.ts';
import { proofAlgorithms } from '../policy/dpop-proof.ts';
import { asDescription } from '../policy/error-descriptions.ts';
import { detailsFor, isProjectId } from '../policy/project-details.ts';
import type { CallerClaims } from './claims.ts';

/**
 * Two codes are our own: the token may be fine, but it cannot be checked now, or is not, because too many wrong ones came from
 * the same address.
 */
export type TokenErrorCode =
  | 'invalid_request'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'insufficient_user_authentication'
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce'
  | 'too_many_requests'
  | 'temporarily_unavailable';

export interface TokenErrorOptions {
  /** The scopes that would be sufficient, space-separated. */
  readonly scope?: string;
  /** The project that the call was for, if the token or key is limited to others. */
  readonly project?: string;
  /** The sign-in that would be sufficient, with `insufficient_user_authentication`. */
  readonly required?: AuthenticationRequirements;
  /** How the token was or must be presented; Bearer by default. */
  readonly scheme?: 'Bearer' | 'DPoP';
  /** With `use_dpop_nonce`: the nonce that the next proof must carry. */
  readonly nonce?: string;
  /** The claims of a good token or key whose request is refused. */
  readonly caller?: CallerClaims;
  readonly cause?: unknown;
}

/** A refusal by the verifier. `description` is safe to send to the client; `cause` is for the log. */
export class TokenError extends Error {
  readonly status: 400 | 401 | 403 | 429 | 503;
  /** Undefined if no token was presented: then the challenge names no error (RFC 6750 §3.1). */
  readonly error: TokenErrorCode | undefined;
  readonly description: string;
  readonly scope: string | undefined;
  /** The project and the scopes that would be sufficient, as authorization details (RFC 9396); undefined for any other problem. */
  readonly authorizationDetails: readonly object[] | undefined;
  /** The sign-in that the call requires, for `insufficient_user_authentication`. */
  readonly required: AuthenticationRequirements;
  readonly scheme: 'Bearer' | 'DPoP';
  /** The value of the header DPoP-Nonce, for `use_dpop_nonce` (RFC 9449 §9). */
  readonly nonce: string | undefined;
  /** The claims of the token or key, if it is good and only this request is refused. */
  readonly caller: CallerClaims | undefined;

  constructor(error: TokenErrorCode | undefined, description: string, options: TokenErrorOptions = {}) {
    super(asDescription(description), { cause: options.cause });
    this.name = 'TokenError';
    this.status = error ? statuses[error] : 401;
    this.error = error;
    this.description = this.message;
    this.scope = options.scope;
    this.authorizationDetails = detailsOf(options);
    this.required = options.required ?? {};
    this.scheme = options.scheme ?? 'Bearer';
    this.nonce = options.nonce;
    this.caller = options.caller;
  }

  /** The value of WWW-Authenticate. */
  get challenge(): string {
    const parts = [
      this.error && `error="${this.error}", error_description="${this.description}"`,
      ...requirementParameters(this.required),
      ...detailsParameter(this.authorizationDetails),
      this.scope && `scope="${this.scope}"`,
      this.scheme === 'DPoP' && proofAlgorithms,
    ].filter(Boolean);
    return [this.scheme, parts.join(', ')].filter(Boolean).join(' ');
  }
}

/** An id that no project can have is the caller's own text. It would end up in a header. */
function detailsOf({ project, scope = '' }: TokenErrorOptions): readonly object[] | undefined {
  if (project === undefined || !isProjectId(project)) return undefined;
  return detailsFor([project], scope.split(' '));
}

/** What the app has to ask for, as JSON in a quoted string (RFC 9110 §5.6.4). */
export function detailsParameter(details: readonly object[] | undefined): string[] {
  if (!details?.length) return [];
  return [`authorization_details="${JSON.stringify(details).replaceAll('"', '\\"')}"`];
}

/** The parameters of a challenge that tell an app which sign-in to ask for (RFC 9470 §3). */
export function requirementParameters({ acr, maxAgeSeconds }: AuthenticationRequirements): string[] {
  return [
    ...(acr === undefined ? [] : [`acr_values="${acr}"`]),
    ...(maxAgeSeconds === undefined ? [] : [`max_age="${maxAgeSeconds}"`]),
  ];
}

const statuses = {
  invalid_request: 400,
  invalid_token: 401,
  invalid_dpop_proof: 401,
  use_dpop_nonce: 401,
  insufficient_scope: 403,
  insufficient_user_authentication: 401,
  too_many_requests: 429,
  temporarily_unavailable: 503,
} as const;
