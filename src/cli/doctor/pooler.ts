/** Checks what DATABASE_URL leads to if commands use DATABASE_DIRECT_URL: servers connect by DATABASE_URL. */
import type { Settings } from '../../config/settings.ts';
import { AppError } from '../../errors.ts';
import { connectDatabase } from '../../store/connect.ts';
import { sharesSessions } from '../../store/connection.ts';
import type { Database } from '../../store/database.ts';
import { readRoleFacts } from '../../store/database-facts.ts';
import { markPrimary } from '../../store/replica.ts';
import { type Finding, findingsOf } from './finding.ts';
import { checkTables } from './rights.ts';

const { ok, problem } = findingsOf('pooler');
const timeoutMs = 3_000;

/** `direct` is undefined if DATABASE_DIRECT_URL does not answer. Unless both addresses are set there is nothing to find. */
export async function checkPooler(
  direct: Database | undefined,
  { databaseUrl: url, databaseDirectUrl }: Pick<Settings, 'databaseUrl' | 'databaseDirectUrl'>,
): Promise<Finding[]> {
  if (url === undefined || databaseDirectUrl === undefined) return [];
  const isShared = direct !== undefined && sharesSessions(direct.url);
  const wrong = isShared
    ? [
        problem(
          'DATABASE_DIRECT_URL leads to a pooler in transaction mode, through which nothing can be migrated: name the database itself.',
        ),
      ]
    : [];
  return [...wrong, ...(await checkServersWay(direct, url))];
}

async function checkServersWay(direct: Database | undefined, url: string): Promise<Finding[]> {
  let served: Database;
  try {
    served = await connectDatabase({ url, poolSize: 1, timeoutMs });
  } catch (error) {
    const { message } = error as Error;
    const isAway = error instanceof AppError && error.kind === 'unavailable';
    const help = isAway && !message.includes('DATABASE_URL') ? ' Start the pooler, or correct DATABASE_URL.' : '';
    return [problem(`Servers can’t connect by DATABASE_URL. ${message}.${help}`)];
  }
  try {
    const says = sharesSessions(served.url)
      ? 'DATABASE_URL leads to a pooler in transaction mode, which works.'
      : 'DATABASE_URL works; no pooler in transaction mode is in between.';
    return [ok(says), ...(direct ? await compare(direct, served) : [])];
  } finally {
    await served.close();
  }
}

/** Other checks look at the role and the database of DATABASE_DIRECT_URL. */
async function compare(direct: Database, served: Database): Promise<Finding[]> {
  // Without migrations there is no mark, which another check reports.
  const feeds = await Promise.all([direct, served].map((db) => markPrimary(db).then(({ feed }) => feed))).catch(
    () => [],
  );
  if (feeds[0] !== feeds[1]) {
    return [problem('DATABASE_URL and DATABASE_DIRECT_URL lead to different databases: correct one of them.')];
  }
  const roles = await Promise.all([direct, served].map(readRoleFacts));
  const [owner, role] = roles;
  return role && owner && role.name !== owner.name ? [await checkTables(served, role)] : [];
}
