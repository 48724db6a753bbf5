/** A migrated database of its own, and the command that uses it by DATABASE_URL as in production. */
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type Vcauth, vcauthIn } from './vcauth.ts';

export const secrets = 'a test secret that is long enough to be one';
export const password = 'correct horse battery staple';

export async function startCli(): Promise<{ vcauth: Vcauth; own: TestDatabase }> {
  const own = await createTestDatabase();
  return { vcauth: vcauthIn({ DATABASE_URL: own.url, SECRETS: secrets }), own };
}
