/** Who does something, for the audit log: `account:acc_…`, `client:…`, `cli:ada@host` (once `cli` alone), `system`. */
export interface Actor {
  readonly id: string;
  readonly requestId?: string;
  /** Of the machine that asked, where one did. */
  readonly ip?: string;
  /** Why, where the act asks for it: it stands in every line that the act leaves. */
  readonly reason?: string;
}
