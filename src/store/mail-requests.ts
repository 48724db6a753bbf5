/** Counts the forms that send mails, of an IP address or of an account, for all nodes together. */
import { machineOf } from '../policy/lockout.ts';
import type { Db, Statement } from './database.ts';
import { sha256 } from './sealer.ts';

/** Many people may share an IP address; one person types few addresses. */
const maxAnHour = { ip: 60, account: 10 };

const nowMs = `(extract(epoch FROM clock_timestamp()) * 1000)::bigint`;
const isOver = `r.expire <= ${nowMs}`;
const countStatement: Statement = {
  name: 'mail-requests-count',
  text: `INSERT INTO rate_limits AS r (key, points, expire) VALUES ($1, 1, ${nowMs} + 3600000)
    ON CONFLICT (key) DO UPDATE SET points = CASE WHEN ${isOver} THEN 1 ELSE r.points + 1 END,
      expire = CASE WHEN ${isOver} THEN excluded.expire ELSE r.expire END
    RETURNING points, ceil((expire - ${nowMs}) / 1000.0)::integer AS seconds`,
};

/** Counts one form. Returns in how many seconds the next may come, if this one is too many; otherwise undefined. */
export function countMailRequest(db: Db, ip: string): Promise<number | undefined> {
  return count(db, machineOf(ip), maxAnHour.ip);
}

/** Counts one form of a person who is signed in, as `countMailRequest` does. */
export function countMailRequestOfAccount(db: Db, accountId: string): Promise<number | undefined> {
  return count(db, accountId, maxAnHour.account);
}

async function count(db: Db, who: string, limit: number): Promise<number | undefined> {
  const key = `mail-form:${sha256(who).toString('base64url')}`;
  const [row] = await db.run<{ points: number; seconds: number }>(countStatement, [key]);
  return row && row.points > limit ? Math.max(1, row.seconds) : undefined;
}
