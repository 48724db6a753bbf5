/** Finds keys of anybody. */
import { hasFormOfApiKey } from '../policy/api-keys.ts';
import { type ApiKey, findApiKey, findApiKeyByHash, findApiKeysByLastFour } from '../store/api-keys.ts';
import type { Db } from '../store/database.ts';
import { sha256 } from '../store/sealer.ts';

/** Keys by their id, by a pasted key, or by the last four characters of one. */
export async function searchApiKeys(db: Db, text: string): Promise<ApiKey[]> {
  const sought = text.trim();
  if (hasFormOfApiKey(sought)) {
    const key = await findApiKeyByHash(db, sha256(sought));
    return key ? [key] : [];
  }
  if (/^[\dA-Za-z]{4}$/.test(sought)) return findApiKeysByLastFour(db, sought, 50);
  const key = /^key_\w{1,100}$/.test(sought) ? await findApiKey(db, sought) : undefined;
  return key ? [key] : [];
}
