/** A client's assertion as it was presented, its mark of use, and how a refusal says why. */
import type { JWTPayload } from 'jose';
import { errors } from 'oidc-provider';
import { asDescription } from '../policy/error-descriptions.ts';

export interface Presented {
  readonly token: string;
  readonly header: { readonly alg?: string; readonly kid?: string; readonly typ?: string };
  readonly claims: JWTPayload;
}

/** What works once: the mark of an assertion, and until when it is kept (epoch seconds). */
export interface Use {
  readonly issuer: string;
  readonly jti: string;
  readonly until: number;
}

/** A refusal that tells the caller why. The signature was valid. */
export function explained(text: string): Error {
  return Object.assign(new errors.InvalidClientAuth(text), { error_description: asDescription(text) });
}

/** The keys of somebody else cannot be read at the moment. `detail` is for the failure record only. */
export function keysUnavailable(text: string, detail: string): Error {
  const error = new errors.TemporarilyUnavailable(asDescription(text), { detail });
  return Object.assign(error, { status: 503, statusCode: 503 });
}
