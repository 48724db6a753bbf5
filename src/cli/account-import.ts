/** vcauth accounts import: accounts of another system, with their password hashes. */
import { resolve } from 'node:path';
import { AppError } from '../errors.ts';
import { actorWithReasonGiven } from '../operations/client-record.ts';
import { measureDecoysNow } from '../operations/decoys.ts';
import { type ImportResult, importAccounts, rehearseImport } from '../operations/import-accounts.ts';
import { command } from './command.ts';
import { openImportFile } from './import-file.ts';
import { createReportFile } from './import-report.ts';
import type { Output } from './output.ts';
import { someReasonOption } from './reason.ts';
import { UsageError } from './usage-error.ts';

const progressIntervalMs = 2_000;

export const importCommand = command({
  summary: 'Import accounts from NDJSON, with the password hashes of another system',
  details:
    'A line per account: email and name; and if you know them email_verified, role, tier, status, locale, password_hash,\n' +
    'created_at and external_id. Hashes may be argon2, bcrypt, scrypt or PBKDF2, as docs/accounts.md lists; each is replaced\n' +
    'at the first sign-in. Lines that cannot be imported are left out and reported. Interrupted, it continues where it was\n' +
    'when you run it again with the same file.',
  argument: { name: 'file' },
  options: {
    'dry-run': { type: 'flag', doc: 'check every line and report, but import nothing' },
    'allow-admins': {
      type: 'flag',
      doc: 'import lines with the role admin, with --reason; they are left out otherwise',
    },
    ...someReasonOption,
    report: {
      type: 'text',
      value: 'FILE',
      doc: 'where the report of lines left out goes; FILE.left-out.ndjson by default',
    },
  },
  examples: [
    'accounts import accounts.ndjson --dry-run',
    'accounts import accounts.ndjson --report left-out.ndjson --json',
    'accounts import accounts.ndjson --allow-admins --reason "We leave our old server."',
  ],
  async run({ argument: path, options, out, here }) {
    const dryRun = options['dry-run'] === true;
    if (options['allow-admins'] && !dryRun && options.reason === undefined)
      throw new UsageError('--reason is missing: --allow-admins needs it.');
    const actor = actorWithReasonGiven(here.actor(), options.reason);
    const startedMs = performance.now();
    const file = await openImportFile(path);
    const db = await here.database();
    const reportPath = options.report ?? `${path}${dryRun ? '.dry-run' : ''}.left-out.ndjson`;
    if (resolve(reportPath) === resolve(path)) {
      throw new AppError('invalid', 'The report cannot be the file that is imported');
    }
    const report = createReportFile(reportPath, out.note);
    const run = dryRun ? rehearseImport : importAccounts;
    const rules = { now: new Date(), admins: options['allow-admins'] === true };
    try {
      const onProgress = progress(out, file.lineCount);
      const result = await run(db, { file, rules, report, actor, onProgress });
      if (!dryRun) await measureDecoysNow(db);
      print(out, result, { dryRun, reportPath, seconds: (performance.now() - startedMs) / 1000 });
    } finally {
      await report.close();
    }
  },
});

/** A line for people, every two seconds. */
function progress(out: Output, lineCount: number) {
  let shownMs = performance.now();
  return ({ lines, imported, leftOut }: Pick<ImportResult, 'lines' | 'imported' | 'leftOut'>) => {
    if (performance.now() - shownMs < progressIntervalMs) return;
    shownMs = performance.now();
    const percent = Math.floor((100 * lines) / lineCount);
    out.note(`${percent} %: line ${lines} of ${lineCount}, ${imported} imported, ${sum(leftOut)} left out`);
  };
}

function print(
  out: Output,
  { lines, imported, leftOut, resumedAfter }: ImportResult,
  { dryRun, reportPath, seconds }: { dryRun: boolean; reportPath: string; seconds: number },
): void {
  const count = sum(leftOut);
  const document = {
    dry_run: dryRun,
    lines,
    resumed_after: resumedAfter,
    imported,
    left_out: count,
    reasons: leftOut,
    report: count > 0 ? reportPath : null,
    seconds: Number(seconds.toFixed(1)),
  };
  out.item(document, [
    [dryRun ? 'would import' : 'imported', String(imported)],
    ['left out', String(count)],
    ...Object.entries(leftOut).map(([reason, number]) => [`  ${reason}`, String(number)] as const),
    ...(count > 0 ? [['report', reportPath] as const] : []),
    ['seconds', seconds.toFixed(1)],
  ]);
  if (resumedAfter === 0) return;
  if (resumedAfter >= lines && !dryRun) out.note('This file was imported before; nothing was left to do.');
  else out.note(`The first ${resumedAfter} lines were done before.`);
}

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);
