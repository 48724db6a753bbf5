/**
 * Numbers that take long to count. They are measured periodically and stored by day with the other daily statistics, so
 * that a page reads thirty measurements instead of counting a million rows.
 */
import type { Db, Statement } from './database.ts';
import { backgroundTimeouts } from './timeouts.ts';

export type Gauge = 'people' | 'apps' | 'verified_apps' | 'sessions';

// A row of `settings` holds the time of the last measurement. The node that updates it does the work.
const measureStatement: Statement = {
  name: 'gauges-measure',
  text: `WITH due AS (
      INSERT INTO settings AS s (name, value) VALUES ('measured_at', now()::text)
      ON CONFLICT (name) DO UPDATE SET value = excluded.value
        WHERE s.value::timestamptz < now() - make_interval(secs => $1)
      RETURNING 1)
    INSERT INTO daily_figures AS f (day, what, count)
    SELECT (now() AT TIME ZONE 'UTC')::date, m.what, m.count FROM due CROSS JOIN LATERAL (VALUES
      ('people', (SELECT count(*) FROM (SELECT FROM consents GROUP BY account_id) people)),
      ('apps', (SELECT count(*) FROM clients WHERE status = 'active')),
      ('verified_apps', (SELECT count(*) FROM clients WHERE status = 'active' AND verified_at IS NOT NULL)),
      ('sessions', (SELECT count(*) FROM sessions WHERE expires_at > now() AND account_id IS NOT NULL))
    ) AS m (what, count)
    ON CONFLICT (day, what) DO UPDATE SET count = excluded.count RETURNING 1`,
};

/** Measures, unless any node did so within `minAgeSeconds`. Returns whether it did. */
export async function measureGauges(db: Db, { minAgeSeconds }: { minAgeSeconds: number }): Promise<boolean> {
  const measure = (trx: Db) => trx.run(measureStatement, [minAgeSeconds]);
  return (await db.transaction(measure, { timeouts: backgroundTimeouts })).length > 0;
}
