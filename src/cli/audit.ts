/** vcauth audit: who did what, on what and when; and whether that log is intact. */

import { AppError } from '../errors.ts';
import { auditLines } from '../operations/audit-lines.ts';
import { auditKeys, sealAll } from '../operations/seal-audit.ts';
import { verifyAudit } from '../operations/verify-audit.ts';
import type { ChainHead } from '../policy/audit-chain.ts';
import type { AuditEvent } from '../store/audit.ts';
import { type AuditFilter, searchAudit } from '../store/audit-list.ts';
import { command, type Values } from './command.ts';
import { readMoment } from './moment.ts';
import { time } from './output.ts';
import { limitOption, paged } from './paged.ts';
import { UsageError } from './usage-error.ts';

const filters = {
  actor: {
    type: 'text',
    value: 'ACTOR',
    doc: 'done by: account:acc_…, client:…, system, cli:ada@host; cli for every terminal',
  },
  action: {
    type: 'text',
    value: 'ACTION',
    doc: 'such as client.disabled; with a dot at its end (client.) all actions of a group',
  },
  target: { type: 'text', value: 'TARGET', doc: 'done to: client:…, account:acc_…, grant:…, key:…' },
  'request-id': { type: 'text', value: 'ID', doc: 'within this request' },
  from: { type: 'text', value: 'TIME', doc: 'from this moment on: 2026-11-24 or 2026-11-24T07:50:00Z' },
  until: { type: 'text', value: 'TIME', doc: 'before this moment' },
} as const;

const list = command({
  summary: 'List what was done, the newest first',
  options: { ...filters, ...limitOption },
  examples: [
    'audit list --limit 20',
    'audit list --target client:demo-app',
    'audit list --action client. --from 2026-11-01',
  ],
  async run({ options, out, here }) {
    const filter = filterOf(options);
    const db = await here.database();
    await out.list(
      paged(
        ({ limit, after }) => searchAudit(db, { filter, limit, ...(after === undefined ? {} : { before: after }) }),
        ({ seq }) => seq,
        options.limit,
      ),
      {
        document: (event: AuditEvent) => event,
        columns: {
          seq: ({ seq }) => seq,
          at: ({ at }) => time(at),
          actor: ({ actor }) => actor,
          action: ({ action }) => action,
          target: ({ target }) => target,
          details: ({ details }) => JSON.stringify(details),
        },
        empty: 'Nothing on record matches.',
      },
    );
  },
});

const exportCommand = command({
  summary: 'Print events as NDJSON, one per line with its hashes, the oldest first',
  details:
    'It seals what waits to be sealed, or waits up to 5 seconds for a server to do so. Events that are not sealed then are\n' +
    'left out and counted in a message.',
  options: filters,
  examples: ['audit export > audit.ndjson', 'audit export --action account. --from 2026-11-01'],
  async run({ options, out, here }) {
    const filter = filterOf(options);
    const db = await here.database();
    const left = await sealAll(db, auditKeys(await here.sealer()));
    if (left > 0) out.note(`${events(left)} not sealed yet and left out. Export again later.`);
    for await (const lines of auditLines(db, filter)) out.raw(lines);
  },
});

const verify = command({
  summary: 'Recompute the hash chain and name the first changed, missing or reordered row',
  details:
    'Exits with 1 if the log is not what was written. Servers seal new rows within a second; rows that wait are counted and\n' +
    'not checked. Where old rows were removed, the check begins after them, and compares that place with what the log says.\n' +
    'Without its last rows a log is a shorter chain that is intact: keep the head that a check prints somewhere\n' +
    'else, and give it to the next check with --head.',
  options: {
    head: { type: 'text', value: 'SEQ:HASH', doc: 'a row that has to exist, as an earlier check printed it' },
  },
  examples: ['audit verify', 'audit verify --head 4711:9f86d081884c7d65…'],
  async run({ options, out, here }) {
    const known = options.head === undefined ? undefined : parseHead(options.head);
    const keys = auditKeys(await here.sealer());
    const result = await verifyAudit(await here.database(), { keys, known });
    if (result.fault) {
      if (out.json) out.item({ valid: false, ...result.fault }, []);
      throw new AppError('conflict', result.fault.problem);
    }
    const { removed } = result;
    const { seq, hash } = result.head;
    const head = `${seq}:${hash.toString('hex')}`;
    const { unsealed } = result;
    const oldestSeconds = Math.round(result.oldestSeconds);
    const left = Number(seq) - (removed?.count ?? 0);
    const before = removed?.before.toISOString() ?? null;
    const facts = { events: left, removed: removed?.count ?? 0, removed_before: before };
    out.item({ valid: true, ...facts, head, unsealed, oldest_unsealed_seconds: oldestSeconds }, [
      ['valid', 'yes'],
      ['events', String(left)],
      ...(before === null ? [] : ([['removed', `${removed?.count}, before ${before}`]] as const)),
      ['head', head],
      ['unsealed', String(unsealed)],
    ]);
    if (known && removed && known.seq < BigInt(removed.count)) {
      out.note(`Row ${known.seq} was removed with all that are as old, so it was not compared. Give a newer head.`);
    }
    if (oldestSeconds > lateSeconds) {
      out.note(`${events(unsealed)} not sealed yet, the oldest for ${oldestSeconds} s: is a server running?`);
    }
  },
});

/** Servers seal within a second. */
const lateSeconds = 10;

const events = (count: number) => (count === 1 ? '1 event is' : `${count} events are`);

export const audit = { list, export: exportCommand, verify };

function filterOf(options: Partial<Values<typeof filters>>): AuditFilter {
  const { actor, action, target, 'request-id': requestId, from, until } = options;
  return {
    ...(actor !== undefined && { actor }),
    ...(action !== undefined && { action }),
    ...(target !== undefined && { target }),
    ...(requestId !== undefined && { requestId }),
    ...(from !== undefined && { from: readMoment('from', from) }),
    ...(until !== undefined && { until: readMoment('until', until) }),
  };
}

function parseHead(text: string): ChainHead {
  const [, seq, hash] = /^(\d{1,18}):([\da-f]{64})$/.exec(text) ?? [];
  if (!seq || !hash) throw new UsageError('--head must be SEQ:HASH, as an earlier check printed it.');
  return { seq: BigInt(seq), hash: Buffer.from(hash, 'hex') };
}
