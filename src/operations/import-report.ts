/** What an import counts, and the lines of its report. */
import { type Finding, type Reason, whatToDo } from '../policy/import/findings.ts';

export interface ImportCounts {
  imported: number;
  /** They are here already, as the file says. */
  unchanged: number;
  /** Reason → number of entries, or of parts of entries, that were left out. */
  readonly leftOut: Record<string, number>;
}

export const noCounts = (): ImportCounts => ({ imported: 0, unchanged: 0, leftOut: {} });

/** Takes the lines of a batch after it was committed. */
export type Reporter = (lines: readonly object[]) => Promise<void>;

interface About {
  readonly kind: 'client' | 'account' | 'consent';
  readonly position: number;
  readonly client_id?: string | undefined;
}

/** A line of the report. `imported` tells whether the rest of the entry was. */
export function reportLine(about: About, { reason, field, problem }: Finding, imported: boolean) {
  return { ...about, imported, reason, ...(field !== undefined && { field }), problem, what_to_do: whatToDo(reason) };
}

export function count(counts: Record<string, number>, reason: Reason): void {
  counts[reason] = (counts[reason] ?? 0) + 1;
}
