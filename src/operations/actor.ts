/** Who does something, for the audit log: `account:acc_…`, `client:…`, `cli:ada@host` (once `cli` alone), `system`. */
import type { Powers } from '../policy/powers.ts';

export interface Actor {
  readonly id: string;
  readonly requestId?: string;
  /** Of the machine that asked, where one did. */
  readonly ip?: string;
  /** Why, where the act asks for it: it stands in every line that the act leaves. */
  readonly reason?: string;
  /** What they may do to others. Without it an account has power over what is its own, and a client over nothing. */
  readonly powers?: Powers;
}
