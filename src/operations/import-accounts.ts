/**
 * Imports accounts from the lines of a file, in batches. Each batch is one transaction that inserts accounts, writes one
 * audit event and notes how far the file is. So whenever a process is killed, the next one goes on after the last batch, and
 * no line is done twice.
 */
import { AppError } from '../errors.ts';
import type { ImportRules } from '../policy/account-import.ts';
import {
  type AccountImport,
  beginImport,
  checkImported,
  findImport,
  finishImport,
  insertImported,
  lockImport,
  moveImport,
} from '../store/account-imports.ts';
import type { Database, Db } from '../store/database.ts';
import { backgroundTimeouts } from '../store/timeouts.ts';
import type { Actor } from './actor.ts';
import { asRefused, emptyIndex, type FileLine, type Refused, sortLines, withoutPartsOf } from './import-lines.ts';
import { inBatches } from './in-batches.ts';
import { requirePowerOverAccount, requireReasonForAdmin } from './powers.ts';
import { record } from './record.ts';

export interface ImportFile {
  readonly name: string;
  /** SHA-256 of its content, by which it is known again. */
  readonly hash: Buffer;
  /** Its lines after the first `skipped`. */
  lines(skipped: number): AsyncIterable<FileLine>;
}

/** Takes what was left out. A batch that runs again writes at the same place. */
export interface ImportReport {
  /** Cuts the report after `offset` bytes, appends the lines, and returns its length. */
  append(offset: number, lines: readonly object[]): Promise<number>;
}

interface ImportProgress {
  readonly lines: number;
  readonly imported: number;
  readonly leftOut: Readonly<Record<string, number>>;
}

export interface ImportResult extends ImportProgress {
  /** Lines that an earlier run had done. */
  readonly resumedAfter: number;
  /** The length of the report. */
  readonly reportBytes: number;
}

export interface ImportOptions {
  readonly file: ImportFile;
  readonly rules: ImportRules;
  readonly report: ImportReport;
  readonly actor: Actor;
  readonly onProgress: (progress: ImportProgress) => void;
}

const batchLines = 500;

/** Imports what an earlier run has not done. @throws AppError conflict if another process imports the same file now */
export async function importAccounts(db: Database, options: ImportOptions): Promise<ImportResult> {
  const { file, actor, onProgress } = options;
  const begun = await beginImport(db, { fileHash: file.hash, fileName: file.name, startedBy: actor.id });
  let state: State = begun;
  if (begun.finished_at === null) {
    for await (const lines of inBatches(file.lines(begun.lines_done), batchLines)) {
      state = await db.transaction((trx) => importBatch(trx, begun.id, state, lines, options), {
        timeouts: backgroundTimeouts,
      });
      onProgress(progressOf(state));
    }
    await finishImport(db, begun.id);
  }
  return { ...progressOf(state), resumedAfter: begun.lines_done, reportBytes: state.report_bytes };
}

/**
 * Checks every line that is not done as `importAccounts` would, and writes nothing but the report. It keeps the addresses of
 * the file in memory, because nothing is inserted that would show that one comes again.
 */
export async function rehearseImport(db: Database, options: ImportOptions): Promise<ImportResult> {
  const { file, rules, report, onProgress } = options;
  const begun = await findImport(db, file.hash);
  const resumedAfter = begun?.lines_done ?? 0;
  let state: State = { lines_done: resumedAfter, imported: 0, left_out: {}, report_bytes: 0 };
  const seen = emptyIndex();
  for await (const lines of inBatches(file.lines(resumedAfter), batchLines)) {
    const { accounts, leftOut } = sortLines(lines, rules, seen);
    const taken = await checkImported(db, begun?.id, accounts);
    const refused = [...withoutPartsOf(leftOut, taken), ...taken.map(asRefused(accounts))];
    state = await advance(state, { lines, inserted: accounts.length - taken.length, leftOut: refused }, report);
    onProgress(progressOf(state));
  }
  return { ...progressOf(state), resumedAfter, reportBytes: state.report_bytes };
}

type State = Pick<AccountImport, 'lines_done' | 'imported' | 'left_out' | 'report_bytes'>;

const progressOf = ({ lines_done: lines, imported, left_out: leftOut }: State) => ({ lines, imported, leftOut });

async function importBatch(
  trx: Db,
  importId: string,
  state: State,
  lines: readonly FileLine[],
  { rules, report, actor, file }: ImportOptions,
): Promise<State> {
  if ((await lockImport(trx, importId)) !== state.lines_done) {
    throw new AppError('conflict', 'Another process imports this file now');
  }
  const { accounts, leftOut: wrong } = sortLines(lines, rules, emptyIndex());
  const role = accounts.some((one) => one.role === 'admin') ? 'admin' : 'user';
  await requirePowerOverAccount(trx, actor, { role });
  await requireReasonForAdmin(trx, actor, role);
  const taken = await insertImported(trx, importId, accounts);
  const leftOut = [...withoutPartsOf(wrong, taken), ...taken.map(asRefused(accounts))];
  const inserted = accounts.length - taken.length;
  const next = await advance(state, { lines, inserted, leftOut }, report);
  await moveImport(trx, importId, next);
  await record(trx, actor, 'account.imported', `import:${importId}`, {
    file: file.name,
    from_line: state.lines_done + 1,
    to_line: next.lines_done,
    imported: inserted,
    left_out: lines.length - inserted,
    admins: accounts.filter(({ role }) => role === 'admin').length,
  });
  return next;
}

/** Writes the report of a batch, and returns how far the import is then. */
async function advance(
  state: State,
  { lines, inserted, leftOut }: { lines: readonly FileLine[]; inserted: number; leftOut: readonly Refused[] },
  report: ImportReport,
): Promise<State> {
  const counts: Record<string, number> = { ...state.left_out };
  for (const { reason } of leftOut) counts[reason] = (counts[reason] ?? 0) + 1;
  const inOrder = leftOut.toSorted((a, b) => a.line - b.line);
  return {
    lines_done: lines.at(-1)?.number ?? state.lines_done,
    imported: state.imported + inserted,
    left_out: counts,
    report_bytes: inOrder.length === 0 ? state.report_bytes : await report.append(state.report_bytes, inOrder),
  };
}
