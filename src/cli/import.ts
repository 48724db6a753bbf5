/** vcauth import: clients, accounts and consents of another authorization server, from the file that it exports. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { webhookRules } from '../config/rules.ts';
import { AppError } from '../errors.ts';
import { readScopeMap, type ScopeMap } from '../policy/import/scope-map.ts';
import { type SourceName, sourceNames } from '../policy/import/source.ts';
import { sources } from '../policy/import/sources.ts';
import { type Command, command } from './command.ts';
import { type ImportSummary, importSource } from './import-source.ts';
import type { Output } from './output.ts';
import { openSourceFile } from './source-file.ts';

const maxScopeFileBytes = 1024 * 1024;

const files: Readonly<Record<SourceName, { file: string; more: string }>> = {
  keycloak: {
    file: 'realm.json',
    more: 'FILE is what kc.sh export --file writes: the realm with its users. docs/import.md puts several files together.',
  },
  hydra: {
    file: 'clients.json',
    more: 'FILE is the answer of the clients API, which has no secrets, or rows of the table hydra_client with their hashes.',
  },
  auth0: {
    file: 'users.ndjson',
    more: 'FILE has applications of the Management API or the Deploy CLI, or users of an export job or with their passwords.',
  },
  logto: {
    file: 'logto.json',
    more: 'FILE has rows of the database: an object with applications, users or both. docs/import.md has the query.',
  },
};

const details = (more: string) =>
  `${more}\n` +
  'Clients keep their ids and, where the file has them, their secrets; accounts keep their passwords, as vcauth accounts\n' +
  'import lists them. What can’t be imported is left out, and the report says what to do. Nothing that exists is changed, so\n' +
  'an import that was interrupted continues when you run it again. docs/import.md says what carries over.';

function importFrom(name: SourceName): Command {
  const { title } = sources[name];
  const { file, more } = files[name];
  return command({
    summary: `Import what ${title} exports`,
    details: details(more),
    argument: { name: 'file' },
    options: {
      'dry-run': { type: 'flag', doc: 'check everything and report, but import nothing' },
      scopes: {
        type: 'text',
        value: 'FILE',
        doc: 'JSON from their scopes to ours, such as {"orders.read": "projects:read"}; "*" is for clients that name none',
      },
      report: {
        type: 'text',
        value: 'FILE',
        doc: 'where the report of what was left out goes; FILE.left-out.ndjson by default',
      },
    },
    examples: [`import ${name} ${file} --dry-run`, `import ${name} ${file} --scopes scopes.json --json`],
    async run({ argument: path, options, out, here }) {
      const dryRun = options['dry-run'] === true;
      const startedMs = performance.now();
      const scopes: ScopeMap = options.scopes === undefined ? new Map() : await scopesIn(options.scopes);
      const reportPath = options.report ?? `${path}${dryRun ? '.dry-run' : ''}.left-out.ndjson`;
      if ([path, options.scopes].some((read) => read !== undefined && resolve(read) === resolve(reportPath))) {
        throw new AppError('invalid', 'The report cannot be a file that is read');
      }
      const opened = await openSourceFile(path, sources[name]);
      const summary = await importSource(await here.database(), opened, {
        source: name,
        actor: here.actor(),
        rules: { scopes, outbound: webhookRules(here.config()) },
        dryRun,
        reportPath,
        out,
      });
      print(out, summary, { name, dryRun, reportPath, seconds: (performance.now() - startedMs) / 1000 });
    },
  });
}

export const imports = Object.fromEntries(sourceNames.map((name) => [name, importFrom(name)]));

async function scopesIn(path: string): Promise<ScopeMap> {
  const text = await readFile(path).catch((error: Error) => {
    throw new AppError('invalid', `The file with scopes cannot be read: ${error.message}`);
  });
  if (text.length > maxScopeFileBytes) {
    throw new AppError('invalid', `The file with scopes has more than ${maxScopeFileBytes} bytes`);
  }
  return readScopeMap(text.toString());
}

function print(
  out: Output,
  { clients, accounts, consents }: ImportSummary,
  { name, dryRun, reportPath, seconds }: { name: string; dryRun: boolean; reportPath: string; seconds: number },
): void {
  const parts = { clients, accounts, consents };
  const leftOut = Object.values(parts).some(({ left_out: reasons }) => Object.keys(reasons).length > 0);
  const report = leftOut ? reportPath : null;
  const rows = Object.entries(parts).flatMap(([kind, { imported, unchanged, left_out: reasons }]) => [
    [`${kind} ${dryRun ? 'to import' : 'imported'}`, String(imported)] as const,
    ...(unchanged > 0 ? [['  here already', String(unchanged)] as const] : []),
    ...Object.entries(reasons).map(([reason, number]) => [`  ${reason}`, String(number)] as const),
  ]);
  const document = { source: name, dry_run: dryRun, ...parts, report, seconds: Number(seconds.toFixed(1)) };
  out.item(document, [...rows, ...(report ? [['report', report] as const] : []), ['seconds', seconds.toFixed(1)]]);
  if (dryRun || clients.imported === 0) return;
  out.note('An app that nobody has verified may have a limited number of people: vcauth clients verify.');
}
