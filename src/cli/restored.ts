/** vcauth restored: after a backup was restored, ends whatever may have ended since it was made. */
import { actorWithReason } from '../operations/client-record.ts';
import { endAfterRestore } from '../operations/restored.ts';
import type { Database } from '../store/database.ts';
import { listMayHaveEnded, type MayHaveEnded, type RestoredFacts, restoredFacts } from '../store/restored.ts';
import { command } from './command.ts';
import { readMoment } from './moment.ts';
import { type Output, time } from './output.ts';
import { someReasonOption } from './reason.ts';
import { type Terminal, yesOption } from './terminal.ts';
import { UsageError } from './usage-error.ts';

const pageSize = 500;

export const restoredCommand = command({
  summary: 'After a backup was restored: end whatever may have been revoked since it was made',
  details:
    'What was revoked, rotated or used after TIME is unknown to a restored database. This ends every grant with its tokens, every\n' +
    'consent, every API key and every session, replaces the signing keys, and tells gateways to begin again. Stop all servers\n' +
    'before. Apps ask for authorization again, people sign in again, and owners of API keys get a mail.\n' +
    'With --list you see the grants, consents and API keys instead, and --only-stdin ends those whose ids you give; sessions,\n' +
    'codes, links and signing keys end in any case.',
  options: {
    at: { type: 'text', value: 'TIME', required: true, doc: 'when the backup was made, or the target of the recovery' },
    list: { type: 'flag', doc: 'list what may have ended, and end nothing' },
    'only-stdin': {
      type: 'flag',
      doc: 'of grants, consents and API keys, end those whose ids are at stdin, one a line',
    },
    ...yesOption,
    ...someReasonOption,
  },
  examples: [
    'restored --at 2026-11-24T07:50:00Z',
    'restored --at 2026-11-24T07:50:00Z --list --json > choose.json',
    'restored --at 2026-11-24T07:50:00Z --only-stdin --yes < ids.txt',
  ],
  async run({ options, out, here, terminal }) {
    const { list, yes, reason = 'A backup was restored.', 'only-stdin': only } = options;
    const at = readMoment('at', options.at);
    if (list && (only || yes))
      throw new UsageError('--list ends nothing, so it goes with neither --yes nor --only-stdin.');
    const db = await here.database();
    const facts = await restoredFacts(db, at);
    if (at > facts.now) throw new UsageError(`--at is in the future: the database has ${facts.now.toISOString()}.`);
    if (list) return listAll(db, at, out);
    const chosen = only ? await readIds(terminal) : null;
    warn(facts, at, out);
    await terminal.confirmByTyping('restored', consequenceOf(facts, chosen?.length), yes);
    const onProgress = (kind: string, count: number) =>
      count > 0 && out.note(`${kind.replaceAll('_', ' ')}: ${count} ended`);
    const actor = actorWithReason(here.actor(), reason);
    const ended = await endAfterRestore(db, await here.sealer(), { at, chosen, onProgress }, actor);
    const rows = Object.entries(ended).map(([kind, count]) => [kind.replaceAll('_', ' '), String(count)] as const);
    out.item({ at, ended }, [['ended', ''], ...rows]);
    out.note(afterwards);
  },
});

const afterwards =
  'Start the servers now. Gateways begin again with their first connection. Still undone is what was changed in rows: repeat\n' +
  'suspensions, disabled apps, new passwords, removed passkeys and secrets of clients (docs/operations.md).';

function consequenceOf({ grants, consents, apiKeys, sessions }: RestoredFacts, chosen: number | undefined): string {
  const all = `${some(grants, 'grant')} with their tokens, ${some(consents, 'consent')} and ${some(apiKeys, 'API key')}`;
  const ended = chosen === undefined ? all : `of ${all} those that ${some(chosen, 'id')} at stdin name`;
  return `This ends ${ended}, ${some(sessions, 'session')}, every code, link, invitation and waiting mail, and replaces the signing keys.`;
}

const some = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;

function warn({ newestEvent, listeners }: RestoredFacts, at: Date, { note }: Output): void {
  if (listeners > 0)
    note(`Servers are connected to this database (${listeners}). Stop them first: they issue what this ends.`);
  if (newestEvent && newestEvent > at) {
    note(
      `The newest audit event is of ${newestEvent.toISOString()}, after --at. If it was restored, is the time right?`,
    );
  }
}

async function listAll(db: Database, at: Date, out: Output): Promise<void> {
  await out.list(pages(db, at), {
    document: (item: MayHaveEnded) => item,
    columns: {
      id: ({ id }) => id,
      kind: ({ kind }) => kind.replace('_', ' '),
      account: ({ account_id: account }) => account,
      client_id: ({ client_id: client }) => client ?? '–',
      created: (item) => time(item.created_at),
      used: (item) => time(item.used_at),
    },
    empty: 'Nothing that could have ended: no grants, no consents and no API keys.',
  });
}

async function* pages(db: Database, at: Date): AsyncGenerator<MayHaveEnded[]> {
  for (let after: MayHaveEnded | undefined; ; ) {
    const page: MayHaveEnded[] = await listMayHaveEnded(db, { at, limit: pageSize, after });
    if (page.length > 0) yield page;
    after = page.at(-1);
    if (page.length < pageSize || !after) return;
  }
}

async function readIds(terminal: Terminal): Promise<string[]> {
  let text = '';
  for await (const piece of terminal.readText()) text += piece;
  const ids = text.split('\n').map((line) => line.trim());
  return [...new Set(ids.filter((id) => id !== ''))];
}
