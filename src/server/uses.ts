/** Collects uses of client secrets and of API keys, which are written in batches: not each of them costs a statement. */
import { type KeyUse, noteApiKeysUsed } from '../store/api-keys.ts';
import { noteSecretsUsed } from '../store/client-secrets.ts';
import type { Database } from '../store/database.ts';

/** Client secrets that were used since the last write. */
export function collectSecretUses(db: Database) {
  const used = new Set<string>();
  return {
    note: (secretId: string) => void used.add(secretId),
    async write(): Promise<void> {
      const ids = [...used];
      used.clear();
      if (ids.length > 0) await noteSecretsUsed(db, ids);
    },
  };
}

/** API keys that were used since the last write, each with its last use. */
export function collectKeyUses(db: Database) {
  const used = new Map<string, KeyUse>();
  const maxUses = 50_000;
  const perStatement = 1_000;
  return {
    note(uses: readonly KeyUse[]): void {
      for (const use of uses) {
        const known = used.get(use.keyId);
        if (known ? known.at < use.at : used.size < maxUses) used.set(use.keyId, use);
      }
    },
    async write(): Promise<void> {
      const uses = [...used.values()];
      used.clear();
      for (let from = 0; from < uses.length; from += perStatement) {
        await noteApiKeysUsed(db, uses.slice(from, from + perStatement));
      }
    },
  };
}
