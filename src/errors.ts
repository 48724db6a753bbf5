/**
 * What can go wrong on purpose. Knows no HTTP and no OAuth error names: web/http/errors.ts and cli/ translate kinds.
 */

/** The closed list of kinds; a door that renders errors maps each of them once. */
export type ErrorKind =
  | 'invalid' // the input breaks a rule; details name the fields
  | 'unauthenticated' // nobody is signed in, or the credentials are wrong
  | 'forbidden' // somebody is known and may not do this
  | 'not_found'
  | 'method' // what is asked about is here, and cannot be asked that way
  | 'too_large' // more bytes than anything of its kind has
  | 'conflict' // the state moved on, or a unique value is taken
  | 'expired' // it was valid once: an interaction, a link, a code
  | 'throttled' // too often; details.retryAfterSeconds says when to come back
  | 'unavailable'; // something we depend on is down; the same request may succeed later

/** Facts for the reader of the error, safe to send to the client: field → problem, or named plain values. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/**
 * An expected failure. `message` is safe to show to whoever caused it: it never holds secrets, SQL or stack traces.
 * Anything that is thrown and is not an AppError is a bug or an outage and is shown as neither.
 */
export class AppError extends Error {
  readonly kind: ErrorKind;
  readonly details: ErrorDetails | undefined;

  constructor(kind: ErrorKind, message: string, details?: ErrorDetails) {
    super(message);
    this.name = 'AppError';
    this.kind = kind;
    this.details = details;
  }
}
