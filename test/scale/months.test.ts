/**
 * Six months of a mixed load on a real server, in minutes: time is moved on in the database and in the process, and the clean-up runs as
 * nodes run it. No table, no index and no number of dead rows may grow from the month in which the oldest rows leave, and operations
 * must ask for as many statements and pages at the end as at the beginning.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { purge } from '../../src/operations/purge.ts';
import { trimAudit } from '../../src/operations/trim-audit.ts';
import { verifyAudit } from '../../src/operations/verify-audit.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { measureGauges } from '../../src/store/gauges.ts';
import { migrate } from '../../src/store/migrate.ts';
import { seal, testKeys } from '../support/audit.ts';
import { registerDevices } from '../support/devices.ts';
import { type DocumentHost, startDocumentHost } from '../support/document-host.ts';
import { eventually } from '../support/eventually.ts';
import { introspect, obtainTokens, refresh } from '../support/oauth.ts';
import { patientTimeouts } from '../support/patient-timeouts.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { addPerson, secrets, startTestServer, type TestServer } from '../support/server.ts';
import { fillTemplate } from '../support/standard.ts';
import { fewestStatements } from '../support/statements.ts';
import { addWebhook } from '../support/webhooks.ts';
import { addAdmin } from '../web/admin-api/support.ts';
import { createSimulatedDatabase } from './months/clock.ts';
import { startLoad } from './months/load.ts';
import { measureTables, pageMeter, type Size, vacuumAsAutovacuum } from './months/sizes.ts';

const daysPerMonth = 30;
const months = Number(process.env.MONTHS ?? 6);
/** How often a day does what a day does. */
const turnsPerDay = Number(process.env.SCALE_LOAD ?? 1);
const auditDays = 30;

/** Tables whose rows stay for three months, so that they are level later: after that time, and a month in which clean-up follows. */
const levelFrom: Readonly<Record<string, number>> = {
  // 90 days after their end, which is three days after they were made here.
  api_keys: 4,
  // 90 days are shown.
  ...{ app_usage: 4, api_key_usage: 4 },
  // 90 days after their end, which is two weeks after they were sent.
  invitations: 4,
  // An app that registered itself and was used leaves 90 days after its last use; so does what hangs on it.
  ...{ clients: 4, client_registrations: 4, client_uses: 4, consents: 4, client_figures: 4 },
};
/** The queue looks for jobs to forget every 30 s of real time, in which a month may pass. So many rows may wait for that. */
const maxRows: Readonly<Record<string, number>> = { 'vcauth_queue.job_common': 400 * turnsPerDay };
/** Tables that may grow, each with the reason. */
const mayGrow: Readonly<Record<string, string>> = {};

/** The share, and the rows and bytes beside it, by which two measurements of a level table may differ. */
const tolerance = { share: 0.3, rows: 25, bytes: 160 * 1024 };

let place: Awaited<ReturnType<typeof createSimulatedDatabase>>;
let db: Database;
let server: TestServer;
let documents: DocumentHost;
let receiver: Receiver;
let load: ReturnType<typeof startLoad>;

beforeAll(async () => {
  place = await createSimulatedDatabase();
  await migrate(place.url);
  await place.setQueueClock();
  const standard = await fillTemplate(place.url);
  Object.assign(secrets, standard.secrets);
  db = openDatabase({ url: place.url, poolSize: 10, timeouts: patientTimeouts });
  [documents, receiver] = await Promise.all([startDocumentHost(), startReceiver()]);
  const beside = { db, databaseUrl: place.url, person: standard.person } as TestServer;
  const env = { REGISTRATION: 'invite', AUDIT_RETENTION_DAYS: String(auditDays) };
  server = await startTestServer({ beside, env, outbound: documents.outbound });
  await registerDevices(server);
  await addAdmin(server, 'robot');
  await addWebhook(server, 'web', { url: receiver.url });
  const people = [standard.person];
  for (let n = 1; n < 5; n += 1) people.push(await addPerson(db, `person-${n}@example.com`));
  load = startLoad({ server, people, documents });
});
afterAll(async () => {
  await server.stop();
  await Promise.all([documents.stop(), receiver.stop()]);
  await db.close();
  await place.drop();
});

const retention = { keys: testKeys, days: auditDays, streamed: false, onRun() {} };

/** What the node that cleans up does each minute, while another one tries the same; and what the queue does by itself. */
async function upkeep(): Promise<void> {
  await seal(db);
  await Promise.all([purge(db, retention), trimAudit(db, retention)]);
  await measureGauges(db, { minAgeSeconds: 600 });
  await db.script('UPDATE vcauth_queue.queue SET monitor_on = NULL, maintain_on = NULL');
  await vacuumAsAutovacuum(place.admin);
}

/** The workers look for jobs every two seconds of real time, so many days would pass meanwhile. */
async function sendWhatIsDue(): Promise<void> {
  const due = async () => {
    const { rows } = await db.pgPool.query(`SELECT 1 FROM mails WHERE status = 'pending' AND due_at <= clock_timestamp()
      UNION ALL SELECT 1 FROM webhook_deliveries WHERE status = 'pending' AND due_at <= clock_timestamp()`);
    return rows.length;
  };
  await eventually(due).toBe(0);
}

/** The load counts turns instead of days, so that everything in it happens more often. */
async function eachTurn(day: number, work: (turn: number) => Promise<void>): Promise<void> {
  for (let turn = day * turnsPerDay; turn < (day + 1) * turnsPerDay; turn += 1) await work(turn);
}

async function liveThrough(day: number): Promise<void> {
  receiver.answer((response) => void response.writeHead(day % 7 === 0 ? 500 : 204).end());
  await eachTurn(day, load.morning);
  await place.pass(12);
  await upkeep();
  await eachTurn(day, load.evening);
  await place.pass(12);
  if (day % 6 === 0) await sendWhatIsDue();
  await upkeep();
}

/** Statements and pages of single operations. */
async function measureOperations() {
  // An authorization leaves rows, which must not be more than those of a month.
  const rounds: Readonly<Record<string, number>> = { refresh: 200, introspection: 200, authorization: 15 };
  let { refresh_token: token } = await obtainTokens(server);
  const { access_token: access } = await obtainTokens(server);
  const operations = {
    refresh: async () => {
      const { body } = await refresh(server, token as string);
      token = body.refresh_token as string;
    },
    introspection: () => introspect(server, access),
    authorization: () => obtainTokens(server),
  };
  const costs: Record<string, { statements: number; pages: number }> = {};
  const statements: Record<string, number> = {};
  for (const [name, work] of Object.entries(operations)) statements[name] = await fewestStatements(server, work);
  const pages = await pageMeter(place.admin);
  for (const [name, work] of Object.entries(operations)) {
    costs[name] = { statements: statements[name] as number, pages: await pages(rounds[name] as number, work) };
  }
  return costs;
}

/** What grew, in words. */
function grown(name: string, before: Size, after: Size): string[] {
  const above = (was: number, is: number, slack: number) => is > was * (1 + tolerance.share) + slack;
  return [
    ...((name in maxRows ? after.rows > (maxRows[name] as number) : above(before.rows, after.rows, tolerance.rows))
      ? [`${name}: ${before.rows} rows became ${after.rows}`]
      : []),
    ...(above(before.heap, after.heap, tolerance.bytes) ? [`${name}: ${before.heap} bytes became ${after.heap}`] : []),
    ...(above(before.indexes, after.indexes, tolerance.bytes)
      ? [`${name}: indexes of ${before.indexes} bytes became ${after.indexes}`]
      : []),
    // Autovacuum takes a table when a fifth of its rows are dead; a day of changes may come on top.
    ...(after.dead > 0.2 * after.rows + 50 + 200 * turnsPerDay
      ? [`${name}: ${after.dead} dead rows beside ${after.rows}`]
      : []),
  ];
}

it('six months of everything: what is old leaves, and operations cost the same', {
  timeout: 1_200_000 * turnsPerDay,
}, async () => {
  const sizes: ReadonlyMap<string, Size>[] = [];
  const costs: Awaited<ReturnType<typeof measureOperations>>[] = [];
  for (let month = 1; month <= months; month += 1) {
    for (let day = (month - 1) * daysPerMonth; day < month * daysPerMonth; day += 1) await liveThrough(day);
    sizes[month] = await measureTables(place.admin);
    if (month === 2 || (month > 2 && month === months)) costs.push(await measureOperations());
  }
  const last = sizes[months] as ReadonlyMap<string, Size>;
  const table = [...last].map(([name, size]) => {
    const since = sizes[levelFrom[name] ?? 2]?.get(name);
    return {
      name,
      from: since?.rows,
      rows: size.rows,
      kB: (size.heap + size.indexes) / 1024,
      'kB from': since && (since.heap + since.indexes) / 1024,
      dead: size.dead,
    };
  });
  console.table(table);
  console.table(costs);
  const faults = [...last].flatMap(([name, size]) => {
    const from = levelFrom[name] ?? 2;
    return name in mayGrow || from > months ? [] : grown(name, sizes[from]?.get(name) as Size, size);
  });
  expect(faults).toEqual([]);
  expect(Object.keys(mayGrow).filter((name) => !last.has(name))).toEqual([]);

  // The load reaches the tables that this is about.
  const busy = [
    'audit_events',
    'failed_requests',
    'webhook_deliveries',
    'mails',
    'grants',
    'sessions',
    'app_usage',
    'api_keys',
  ];
  for (const name of [...busy, 'client_documents', 'client_registrations', 'daily_figures', 'invitations'])
    expect([name, last.get(name)?.rows ?? 0]).toEqual([name, expect.toSatisfy((rows: number) => rows >= 3)]);

  const [early, late] = costs;
  for (const [name, { statements, pages }] of Object.entries(early ?? {})) {
    expect([name, late?.[name]?.statements]).toEqual([name, statements]);
    expect([name, late?.[name]?.pages]).toEqual([name, expect.toSatisfy((now: number) => now <= pages * 1.3 + 20)]);
  }
  expect(await verifyAudit(db, { keys: testKeys })).toMatchObject({ removed: { count: expect.any(Number) } });
});
