/** What a check has found. */
export interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'problem';
  /** What was seen and, unless it is ok, what to do. */
  readonly says: string;
}

/** Findings of one subject. */
export function findingsOf(check: string) {
  const finding = (state: Finding['state']) => (says: string) => ({ check, state, says });
  return { ok: finding('ok'), warning: finding('warning'), problem: finding('problem') };
}
