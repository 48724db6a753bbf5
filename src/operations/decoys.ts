/** Chooses the hash that an unknown address pretends to have. See policy/decoys.ts for why. */
import { type Decoy, decoyFor } from '../policy/decoys.ts';
import type { Db } from '../store/database.ts';
import { measureDecoys, readDecoys } from '../store/decoys.ts';
import type { Sealer } from '../store/sealer.ts';
import { currentHashPrefix } from './passwords.ts';

export interface Decoys {
  /** Returns undefined for a hash of ours. */
  of(email: string): string | undefined;
  /** Reads what was measured. */
  read(db: Db): Promise<void>;
  /** Measures if that was long ago, and reads. */
  refresh(db: Db): Promise<void>;
}

const minAgeSeconds = 600;

export function createDecoys(sealer: Pick<Sealer, 'mac'>): Decoys {
  let decoys: readonly Decoy[] = [];
  const read = async (db: Db) => {
    decoys = await readDecoys(db);
  };
  return {
    read,
    // Without imported accounts there is nothing to choose.
    of: (email) => (decoys.length === 0 ? undefined : decoyFor(sealer.mac('decoys', email), decoys)),
    async refresh(db) {
      await measureDecoys(db, { minAgeSeconds, ours: currentHashPrefix });
      await read(db);
    },
  };
}

/** For a command that has just imported accounts. Servers read it within a minute. */
export function measureDecoysNow(db: Db): Promise<void> {
  return measureDecoys(db, { minAgeSeconds: 0, ours: currentHashPrefix });
}
