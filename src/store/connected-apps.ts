/** The apps that a person has connected: consents with their live grants, as *Connected apps* lists them. */
import type { ProjectDetails } from '../policy/project-details.ts';
import { type DailyUsage, dayColumn, sinceListed, sums } from './app-usage.ts';
import { sql } from './builder.ts';
import { grantedByOrganisations, grantedByPerson } from './consent-parts.ts';
import type { Db } from './database.ts';

export interface ConnectedApp {
  readonly client_id: string;
  /** Scopes that the person has allowed. */
  readonly granted: string[];
  /** Scopes that organisations allow for the person, also those that the person allows too. */
  readonly by_organisation: string[];
  /** The projects that it may use; null: all of them. */
  readonly authorization_details: ProjectDetails | null;
  readonly since: Date;
  /** Live grants. */
  readonly connections: number;
  /** When the newest grant was created. */
  readonly last_connected: Date | null;
  /** When a refresh token last rotated: on each use for public clients, late in its life for confidential ones. */
  readonly last_rotated: Date | null;
  /** When all that was allowed ends, or has ended, by itself; null: when the person disconnects the app. */
  readonly ends_at: Date | null;
  /** When a gateway last counted a call of it for this account. */
  readonly last_call: Date | null;
  /** Its calls for this account on the days that a list shows; null without any. */
  readonly calls: readonly DailyUsage[] | null;
}

/**
 * The last of the ends of a consent and its live grants; null if one of them has none. A consent that has ended does not count
 * while there is a grant: an earlier answer, on another device, may have no end.
 */
const lastEnd = () => sql<Date | null>`CASE WHEN bool_or(g.id IS NOT NULL AND g.ends_at IS NULL) THEN NULL
  WHEN k.ends_at IS NULL THEN NULL ELSE greatest(max(g.ends_at), k.ends_at) END`;

const lastCall = () => sql<Date | null>`(SELECT max(u.last_at) FROM app_usage u
  WHERE u.account_id = k.account_id AND u.client_id = k.client_id)`;

const recentCalls = () => sql<
  DailyUsage[] | null
>`(SELECT json_agg(d) FROM (SELECT ${sql.raw(`${dayColumn}, ${sums}`)} FROM app_usage u
  WHERE u.account_id = k.account_id AND u.client_id = k.client_id AND ${sql.raw(sinceListed)} GROUP BY day) d)`;

/** Lists the apps that an account has connected, newest first; with `clientId`, that one alone. */
export async function listConnectedApps(db: Db, accountId: string, clientId?: string): Promise<ConnectedApp[]> {
  let query = db.builder
    .selectFrom('consents as k')
    .leftJoin('grants as g', (join) =>
      join
        .onRef('g.account_id', '=', 'k.account_id')
        .onRef('g.client_id', '=', 'k.client_id')
        .on('g.expires_at', '>', new Date()),
    )
    .where('k.account_id', '=', accountId)
    .groupBy([
      'k.client_id',
      'k.granted',
      'k.created_at',
      'k.ends_at',
      'k.organisation',
      'k.account_id',
      'k.authorization_details',
    ])
    .orderBy('k.created_at', 'desc')
    .select(({ fn }) => [
      'k.client_id',
      sql<string[]>`${sql.raw(grantedByPerson('k'))}`.as('granted'),
      sql<string[]>`${sql.raw(grantedByOrganisations('k'))}`.as('by_organisation'),
      'k.authorization_details',
      'k.created_at as since',
      fn.count<string>('g.id').as('connections'),
      fn.max('g.created_at').as('last_connected'),
      fn.max('g.rotated_at').as('last_rotated'),
      lastEnd().as('ends_at'),
      lastCall().as('last_call'),
      recentCalls().as('calls'),
    ]);
  if (clientId !== undefined) query = query.where('k.client_id', '=', clientId);
  const rows = await query.execute();
  // What is left of an app of which the person has only refused something is not a connection.
  return rows
    .map((row) => ({ ...row, connections: Number(row.connections) }))
    .filter((app) => app.granted.length + app.by_organisation.length + app.connections > 0);
}
