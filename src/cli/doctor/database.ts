/** Checks the database: its version, settings, connections, the role’s rights, migrations and clock. */
import type { Settings } from '../../config/settings.ts';
import { sharesSessions } from '../../store/connection.ts';
import type { Database } from '../../store/database.ts';
import { type DatabaseFacts, readDatabaseFacts } from '../../store/database-facts.ts';
import { pendingMigrations } from '../../store/pending-migrations.ts';
import { type Finding, findingsOf } from './finding.ts';
import { checkRights } from './rights.ts';

const database = findingsOf('database');
const migrations = findingsOf('migrations');
const clock = findingsOf('clock');

/** A process opens this many connections beside its pool, and one more for the audit stream. */
const besidePool = 7;
const maxSkewSeconds = { ok: 1, warning: 5 };

type ConnectionSettings = Pick<Settings, 'workers' | 'databasePoolSize' | 'auditStreamUrl'>;

/** Returns the maximum number of connections of a node. */
function connectionsOf({ workers, databasePoolSize, auditStreamUrl }: ConnectionSettings): number {
  return workers * (databasePoolSize + besidePool + (auditStreamUrl === undefined ? 0 : 1));
}

export async function checkDatabase(
  db: Database,
  settings: ConnectionSettings & Pick<Settings, 'autoMigrate' | 'databaseDirectUrl'>,
): Promise<Finding[]> {
  const before = Date.now();
  const facts = await readDatabaseFacts(db);
  const here = (before + Date.now()) / 2;
  const isPooled = sharesSessions(db.url) && settings.databaseDirectUrl === undefined;
  const findings = [
    database.ok(`PostgreSQL ${facts.version}`),
    ...(isPooled ? [database.ok('A pooler in transaction mode is in between, and works.')] : []),
    ...checkSettings(facts),
    checkConnections(facts, connectionsOf(settings)),
    checkClock((facts.now.getTime() - here) / 1000),
  ];
  return [...findings, ...(await checkRights(db, settings)), await checkMigrations(db)];
}

function checkSettings({ isolation, read_only }: DatabaseFacts): Finding[] {
  const readOnly = 'It takes no writes: connect to the primary, or end default_transaction_read_only.';
  const level =
    `The role or the database has default_transaction_isolation = ${isolation}. Connections of this server replace it, ` +
    'but a pooler may not: set it to read committed.';
  return [
    ...(read_only === 'on' ? [database.problem(readOnly)] : []),
    ...(isolation === 'read committed' ? [] : [database.warning(level)]),
  ];
}

function checkConnections({ max_connections: max }: DatabaseFacts, needed: number): Finding {
  const says = `max_connections is ${max}; a node with these settings opens up to ${needed}`;
  if (needed < max) return database.ok(`${says}.`);
  return database.problem(`${says}: lower WORKERS or DATABASE_POOL_SIZE, or raise max_connections.`);
}

function checkClock(skewSeconds: number): Finding {
  const size = Math.abs(skewSeconds);
  const says = `The database is ${size.toFixed(1)} s ${skewSeconds < 0 ? 'behind' : 'ahead of'} this machine`;
  if (size <= maxSkewSeconds.ok) return clock.ok(`${says}.`);
  const state = size <= maxSkewSeconds.warning ? clock.warning : clock.problem;
  return state(`${says}: synchronize both clocks by NTP.`);
}

async function checkMigrations(db: Database): Promise<Finding> {
  try {
    const pending = await pendingMigrations(db);
    if (pending.length === 0) return migrations.ok('None is missing.');
    return migrations.problem(`Missing: ${pending.length}, the first is ${pending[0]}. Run vcauth migrate.`);
  } catch (error) {
    return migrations.problem((error as Error).message);
  }
}
