/**
 * How the tables are laid out over several databases by Citus: which of them are distributed, by which column, and whether this
 * database is. docs/scale.md has the reasons.
 */
import type { Db, Statement } from './database.ts';

/** The distributed tables and their distribution column. Statements of hot paths name it, so that they concern one shard. */
export const distributedTables: Readonly<Record<string, string>> = { grants: 'account_id' };

/** The name of the setting that says by what the database is distributed, once everything is. */
export const distributionSetting = 'distributed_by';

const findStatement: Statement = {
  name: 'distribution-find',
  text: `SELECT 1 FROM settings WHERE name = '${distributionSetting}'`,
};

/** Reports whether this database is distributed. Tokens of new families then name their account. */
export async function isDistributed(db: Db): Promise<boolean> {
  return (await db.run(findStatement, [])).length > 0;
}
