/** The actor of an operation, for the audit log: `account:acc_…`, `client:…`, `cli:ada@host` (formerly only `cli`), `system`. */
import type { Powers } from '../policy/powers.ts';

export interface Actor {
  readonly id: string;
  readonly requestId?: string;
  /** Address of the caller, if there is one. */
  readonly ip?: string;
  /** Its User-Agent header, for the mail that tells of an operation. */
  readonly userAgent?: string | undefined;
  /** The language of the page on which a person acts, for the same mail. */
  readonly language?: string | undefined;
  /** Reason for an operation that requires one. It is stored in every audit event of the operation. */
  readonly reason?: string;
  /** What the actor may do to others. By default an account may change only what it owns, and a client nothing. */
  readonly powers?: Powers;
}
