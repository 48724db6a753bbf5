/** The authorization request (RFC 6749 §4.1.1) with PKCE (RFC 7636), and the check that an answer belongs to it. */
import { createHash, randomBytes } from 'node:crypto';

/** The values that an app creates for each authorization and keeps until the answer arrives. */
export interface Attempt {
  readonly state: string;
  readonly verifier: string;
  readonly challenge: string;
}

export function newAttempt(): Attempt {
  const verifier = randomBytes(32).toString('base64url');
  return {
    state: randomBytes(16).toString('base64url'),
    verifier,
    challenge: createHash('sha256').update(verifier).digest('base64url'),
  };
}

export interface Asking {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scope: string;
  readonly prompt?: 'consent';
}

export function authorizationFields({ state, challenge }: Attempt, asking: Asking): Record<string, string> {
  return {
    client_id: asking.clientId,
    response_type: 'code',
    redirect_uri: asking.redirectUri,
    scope: asking.scope,
    state,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...(asking.prompt && { prompt: asking.prompt }),
  };
}

/** The address to which the app sends the person. */
export function authorizationUrl(endpoint: string, attempt: Attempt, asking: Asking): string {
  return `${endpoint}?${new URLSearchParams(authorizationFields(attempt, asking))}`;
}

/** The parameters of the redirect back. */
export interface Answer {
  readonly state?: string | undefined;
  readonly iss?: string | undefined;
  readonly code?: string | undefined;
  readonly error?: string | undefined;
  readonly error_description?: string | undefined;
}

/** Why an answer belongs to another request: RFC 6749 §10.12 (state) and RFC 9207 §2.4 (iss). Check this before anything else. */
export function foreignBecause(answer: Answer, { state }: Attempt, issuer: string): string | undefined {
  if (answer.state !== state) return 'state is not the one that was sent';
  if (answer.iss !== issuer) return `iss is not ${issuer}`;
  return undefined;
}
