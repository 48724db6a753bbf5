/** What receivers of Shared Signals learn after a backup was restored. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pollStream } from '../../src/operations/next-signals.ts';
import { endAfterRestore } from '../../src/operations/restored.ts';
import { auditKeys, sealAll } from '../../src/operations/seal-audit.ts';
import { createStream } from '../../src/operations/signal-streams.ts';
import { supportedEvents } from '../../src/policy/shared-signals.ts';
import { strictRules } from '../../src/policy/webhook-urls.ts';
import { countStatements, createTestDatabase, type TestDatabase } from '../support/database.ts';
import { standardName } from '../support/database-names.ts';
import { rowsOf } from '../support/rows.ts';
import { sealer } from '../support/webhooks.ts';

const people = 2_500;
let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase(standardName);
  await own.database.script(`INSERT INTO accounts (id, email, name)
    SELECT 'acc_' || lpad(n::text, 5, '0'), n || '@mail.example', 'P' FROM generate_series(1, ${people}) n`);
});
afterAll(() => own.drop());

const restore = () =>
  countStatements(own.database, () =>
    endAfterRestore(own.database, sealer, { at: new Date(Date.now() - 60_000), chosen: null }, { id: 'cli:ada@host' }),
  );
const told = async () => {
  const [row] = await rowsOf(
    own.database,
    "SELECT count(*)::integer AS count, count(DISTINCT target)::integer AS people FROM audit_events WHERE action = 'account.ended_after_restore'",
  );
  return row;
};

it('nobody is told without a stream', async () => {
  await restore();
  expect(await told()).toEqual({ count: 0, people: 0 });
});

it('each person is told of by one signal, a thousand in a statement', async () => {
  const { database } = own;
  const input = { description: null, events_requested: [...supportedEvents], push: null };
  const deps = { db: database, sealer, rules: strictRules };
  const stream = await createStream(deps, 'gateway', input, { id: 'client:gateway' });
  const { statements } = await restore();
  const all = people + 1;
  expect(await told()).toEqual({ count: all, people: all });
  expect(statements.filter((text) => text.includes('jsonb_to_recordset'))).toHaveLength(3);
  await sealAll(database, auditKeys(sealer));
  const subjects = new Set<string>();
  for (let acknowledged = new Set<string>(); ; ) {
    const asked = { id: stream.stream_id, acknowledged, maxEvents: 100 };
    const { signals } = await pollStream(database, 'gateway', 'https://auth.example', asked);
    if (signals.length === 0) break;
    acknowledged = new Set(signals.map(({ key }) => key));
    for (const { type, subject, claims } of signals) {
      expect(type).toMatch(/session-revoked$/);
      expect(claims).toMatchObject({ initiating_entity: 'admin' });
      subjects.add((subject as { sub: string }).sub);
    }
  }
  expect(subjects.size).toBe(all);
});
