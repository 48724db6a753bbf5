/** The settings of where the database is, whether a start migrates it, and for how long it keeps the audit log. */
import * as parse from './parsers.ts';
import type { SettingsTable } from './read.ts';
import type { Settings } from './settings.ts';

type DatabaseSetting =
  | 'databaseUrl'
  | 'databaseDirectUrl'
  | 'databaseReplicaUrl'
  | 'databaseReplicaPoolSize'
  | 'autoMigrate'
  | 'auditRetentionDays';

export const databaseSettings: Pick<SettingsTable<Settings>, DatabaseSetting> = {
  databaseUrl: {
    name: 'DATABASE_URL',
    parse: parse.databaseUrl,
    default: undefined,
    defaultDoc: 'none: embedded PostgreSQL with demo data',
    doc:
      'PostgreSQL 14 or later, as `postgresql://user:password@host:5432/database`. ' +
      '[Other forms](operations.md#database-address): TLS, sockets, several hosts.',
  },
  databaseDirectUrl: {
    name: 'DATABASE_DIRECT_URL',
    parse: parse.directDatabaseUrl,
    default: undefined,
    defaultDoc: '`DATABASE_URL`',
    doc:
      'The same database without the pooler in transaction mode that `DATABASE_URL` leads to. Migrations and `vcauth` use it ' +
      '([how](operations.md#behind-pgbouncer)).',
  },
  databaseReplicaUrl: {
    name: 'DATABASE_REPLICA_URL',
    parse: parse.replicaUrl,
    default: undefined,
    defaultDoc: 'none: the primary answers everything',
    doc:
      'A streaming replica of the database. It answers lists, statistics and activity on pages, which may be up to 5 s old there ' +
      '([how](operations.md#a-replica-for-reads)).',
  },
  databaseReplicaPoolSize: {
    name: 'DATABASE_REPLICA_POOL_SIZE',
    parse: parse.integer(1, 1000),
    default: '4',
    doc: 'Maximum connections of each process to the replica, which gets one more.',
  },
  autoMigrate: {
    name: 'AUTO_MIGRATE',
    parse: parse.flag('on', 'off'),
    default: 'on',
    doc: 'Whether a start migrates the database. With `off`, a start on a database that lacks migrations exits and names them: run `vcauth migrate` first.',
  },
  auditRetentionDays: {
    name: 'AUDIT_RETENTION_DAYS',
    parse: parse.daysOrForever(30, 36_500),
    default: '400',
    doc:
      'Days after which events of the audit log are removed: 30 or more, or `0` to keep them for ever. What the receiver of the audit ' +
      'stream does not have stays ([how](operations.md#old-events)).',
  },
};
