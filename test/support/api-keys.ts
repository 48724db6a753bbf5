/** API keys of people in tests. */
import type { ApiKeyInput } from '../../src/operations/api-key-input.ts';
import { createApiKey, type MadeKey } from '../../src/operations/api-keys.ts';
import type { TestServer } from './server.ts';

/** A key of the server's person, with every right unless `input` says otherwise. */
export function makeKey(
  { db, person }: Pick<TestServer, 'db' | 'person'>,
  input: Partial<ApiKeyInput> = {},
  actor = `account:${person.id}`,
): Promise<MadeKey> {
  const rights = { scope: ['projects:read', 'ai:generate'], projects: null, networks: null, expiresAt: null } as const;
  return createApiKey(db, person.id, { name: 'CI', environment: 'live', ...rights, ...input }, { id: actor });
}
