/**
 * Expected failures. This file does not know HTTP or the error codes of OAuth: web/http/errors.ts and cli/ translate kinds.
 */

/** The complete list of kinds. Code that renders errors maps each of them once. */
export type ErrorKind =
  | 'invalid' // the input breaks a rule; details name the fields
  | 'unauthenticated' // nobody is signed in, or the credentials are wrong
  | 'forbidden' // the caller is known but may not do this
  | 'not_found'
  | 'method' // the resource exists but does not allow this method
  | 'too_large' // the input exceeds a size limit
  | 'conflict' // the state has changed, or a unique value is taken
  | 'expired' // an interaction, a link or a code is no longer valid
  | 'throttled' // too many requests; details.retryAfterSeconds is the delay
  | 'unavailable'; // a dependency is down; the same request may succeed later

/** Facts that are safe to send to the client: field → problem, or named plain values. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/**
 * An expected failure. `message` is safe to show to the caller: it never contains secrets, SQL or stack traces. Any other
 * error is a bug or an outage, and callers see only that something failed.
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
