/** The three parts of an import, in order: accounts, clients, and what the accounts have allowed the clients. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Actor } from '../operations/actor.ts';
import { measureDecoysNow } from '../operations/decoys.ts';
import { type ImportFile, importAccounts, rehearseImport } from '../operations/import-accounts.ts';
import { type ClientEntry, importClients } from '../operations/import-clients.ts';
import { type ConsentEntry, importConsents } from '../operations/import-consents.ts';
import type { FileLine } from '../operations/import-lines.ts';
import { type ImportCounts, noCounts, type Reporter, reportLine } from '../operations/import-report.ts';
import { createPasswords } from '../operations/passwords.ts';
import { type ClientRules, readClient } from '../policy/import/client.ts';
import type { Finding } from '../policy/import/findings.ts';
import type { Source, SourceName } from '../policy/import/source.ts';
import { sources } from '../policy/import/sources.ts';
import type { Database } from '../store/database.ts';
import { createReportFile, type ReportFile } from './import-report.ts';
import type { Output } from './output.ts';
import type { Entry, SourceFile } from './source-file.ts';

interface Options {
  readonly source: SourceName;
  readonly actor: Actor;
  readonly rules: ClientRules;
  readonly dryRun: boolean;
  readonly reportPath: string;
  readonly out: Output;
}

interface PartSummary {
  readonly imported: number;
  /** Here already: from an earlier run, or as the file says. */
  readonly unchanged: number;
  readonly left_out: Readonly<Record<string, number>>;
}

export interface ImportSummary {
  readonly clients: PartSummary;
  readonly accounts: PartSummary;
  readonly consents: PartSummary;
}

const progressIntervalMs = 2_000;

export async function importSource(db: Database, file: SourceFile, options: Options): Promise<ImportSummary> {
  const source = sources[options.source];
  const now = new Date();
  const report = createReportFile(options.reportPath, options.out.note);
  try {
    const accounts = await accountsOf(db, file, { ...options, from: source, now, report });
    const rest = restOf(report, options.reportPath, accounts.reportBytes);
    await rest([]);
    const common = {
      actor: options.actor,
      from: { source: options.source, file: file.name },
      dryRun: options.dryRun,
      report: rest,
    };
    const clients = await importClients(db, clientsIn(file, source, options.rules, now), {
      ...common,
      passwords: createPasswords(),
    });
    const consents = source.consents
      ? await importConsents(db, consentsIn(file, source), {
          ...common,
          scopes: options.rules.scopes,
          ignoredScopes: source.ignoredScopes ?? [],
          clients: clients.scopes,
          ...(options.dryRun && { wouldBe: { account: accounts.wouldBe } }),
        })
      : noCounts();
    return { clients: summaryOf(clients), accounts: accounts.summary, consents: summaryOf(consents) };
  } finally {
    await report.close();
  }
}

const summaryOf = ({ imported, unchanged, leftOut }: ImportCounts): PartSummary => ({
  imported,
  unchanged,
  left_out: leftOut,
});

/** The report begins with the lines about accounts, which an earlier run may have written. What follows is written anew. */
function restOf(report: ReportFile, path: string, start: number): Reporter {
  let end = start;
  return async (lines) => {
    if (lines.length > 0 || (end === start && existsSync(path))) end = await report.append(end, lines);
  };
}

interface AccountsOptions extends Options {
  readonly from: Source;
  readonly now: Date;
  readonly report: ReportFile;
}

async function accountsOf(db: Database, file: SourceFile, options: AccountsOptions) {
  const { from, now, report, dryRun, actor, out, source } = options;
  const { account: total } = file.counts;
  if (total === 0 || !from.account) {
    return { summary: summaryOf(noCounts()), reportBytes: 0, wouldBe: () => false };
  }
  const wholly = new Set<number>();
  let shownMs = performance.now();
  const result = await (dryRun ? rehearseImport : importAccounts)(db, {
    file: accountFile(file, from, source, now),
    rules: { now, admins: false },
    actor,
    report: {
      append(offset, lines) {
        const about = (lines as ReportedAccount[]).map(accountLine);
        for (const { position, imported } of about) if (!imported) wholly.add(position);
        return report.append(offset, about);
      },
    },
    onProgress({ lines, imported }) {
      if (performance.now() - shownMs < progressIntervalMs) return;
      shownMs = performance.now();
      out.note(`${Math.floor((100 * lines) / total)} %: account ${lines} of ${total}, ${imported} imported`);
    },
  });
  if (!dryRun) await measureDecoysNow(db);
  const summary = { imported: result.imported, unchanged: 0, left_out: result.leftOut };
  return {
    summary: result.resumedAfter >= total ? { ...summary, imported: 0, unchanged: result.imported } : summary,
    reportBytes: result.reportBytes,
    wouldBe: (position: number) => !wholly.has(position),
  };
}

type ReportedAccount = Finding & { readonly line: number; readonly email?: string; readonly partly?: true };

const accountLine = ({ line, email, partly, ...finding }: ReportedAccount) => ({
  ...reportLine({ kind: 'account', position: line }, finding, partly === true),
  ...(email !== undefined && { email }),
});

/** The accounts as `vcauth accounts import` reads them. The hash differs from that of the file, whose lines are others. */
function accountFile(file: SourceFile, source: Source, name: SourceName, now: Date): ImportFile {
  return {
    name: file.name,
    hash: createHash('sha256').update(`${name} accounts `).update(file.hash).digest(),
    async *lines(skipped) {
      for await (const entry of file.entries('account')) {
        if (entry.position > skipped) yield accountIn(entry, source, now);
      }
    },
  };
}

function accountIn({ position: number, content }: Entry, source: Source, now: Date): FileLine {
  if (typeof content === 'string' || !source.account) return { number, content: unreadable(content) };
  const reading = source.account(content, now);
  if ('leftOut' in reading) return { number, content: reading.leftOut };
  return { number, content: JSON.stringify(reading.line), without: reading.without };
}

function unreadable(content: Entry['content']) {
  return content === 'too_large'
    ? ({ reason: 'too_large', problem: 'The entry is too large' } as const)
    : ({ reason: 'not_an_object', problem: 'The entry is not a JSON object' } as const);
}

async function* clientsIn(
  file: SourceFile,
  source: Source,
  rules: ClientRules,
  now: Date,
): AsyncGenerator<ClientEntry> {
  for await (const { position, content } of file.entries('client')) {
    if (typeof content === 'string') {
      yield { position, reading: { leftOut: unreadable(content) } };
      continue;
    }
    const foreign = source.client(content, now);
    yield { position, reading: 'leftOut' in foreign ? foreign : readClient(foreign, rules) };
  }
}

async function* consentsIn(file: SourceFile, source: Source): AsyncGenerator<ConsentEntry> {
  for await (const { position, content } of file.entries('account')) {
    if (typeof content === 'string') continue;
    for (const consent of source.consents?.(content) ?? []) yield { ...consent, position };
  }
}
