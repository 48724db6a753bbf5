/**
 * Rows for which a batch has waited in vain. Statements for such a row run alone for a while. Otherwise somebody who repeats
 * one request whose row is locked would make every batch late.
 */

/** How long a row is avoided after the last statement for it has ended. */
const avoidedForMs = 1_000;

interface Row {
  /** Statements for it that run now. */
  running: number;
  avoidedUntil: number;
}

export class BlockedRows {
  readonly #rows = new Map<string, Row>();

  note(key: string): void {
    const now = performance.now();
    for (const [other, row] of this.#rows) if (!isAvoided(row, now)) this.#rows.delete(other);
    const row = this.#rows.get(key) ?? { running: 0, avoidedUntil: 0 };
    row.avoidedUntil = now + avoidedForMs;
    this.#rows.set(key, row);
  }

  /** Whether a statement for this row must run alone, with `alone`. */
  has(key: string): boolean {
    const row = this.#rows.get(key);
    return row !== undefined && isAvoided(row, performance.now());
  }

  /** Runs a statement that is in no batch. While it runs, its row is still avoided if it is avoided now. */
  async alone<T>(key: string, run: () => Promise<T>): Promise<T> {
    const row = this.has(key) ? this.#rows.get(key) : undefined;
    if (!row) return run();
    row.running += 1;
    try {
      return await run();
    } finally {
      row.running -= 1;
      row.avoidedUntil = performance.now() + avoidedForMs;
    }
  }
}

function isAvoided({ running, avoidedUntil }: Row, now: number): boolean {
  return running > 0 || now < avoidedUntil;
}

/** Two statements of the same name with the same key wait for the same row. */
export function rowKey(name: string, value: unknown): string {
  return `${name} ${Buffer.isBuffer(value) ? value.toString('base64url') : String(value)}`;
}
