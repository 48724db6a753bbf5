/**
 * Imports what people have allowed clients at another server, if account, client and scopes exist here, in batches. Each batch is
 * one transaction with an audit event. Nobody is asked again for what they have allowed, and no consent becomes wider.
 */
import { clientIdProblem } from '../policy/client/client-id.ts';
import { silentScopes } from '../policy/consent.ts';
import type { Finding } from '../policy/import/findings.ts';
import { mapScopes, type ScopeMap } from '../policy/import/scope-map.ts';
import type { ForeignConsent } from '../policy/import/source.ts';
import { formatScope, isApiScope, parseScope } from '../policy/scopes.ts';
import type { Database, Db } from '../store/database.ts';
import { type ConsentPlace, findConsentPlaces, insertImportedConsents } from '../store/imported-consents.ts';
import { backgroundTimeouts } from '../store/timeouts.ts';
import type { Actor } from './actor.ts';
import { count, type ImportCounts, noCounts, type Reporter, reportLine } from './import-report.ts';
import { inBatches } from './in-batches.ts';
import { record } from './record.ts';

export interface ConsentEntry extends ForeignConsent {
  /** The place of the account in the file. */
  readonly position: number;
}

interface Options {
  readonly actor: Actor;
  readonly from: { readonly source: string; readonly file: string };
  readonly scopes: ScopeMap;
  readonly ignoredScopes: readonly string[];
  /**
   * The clients that this file has brought, or that are here as it says, with their scopes. Another client may have the same id by
   * chance, and nobody has allowed that one anything.
   */
  readonly clients: ReadonlyMap<string, string>;
  /** Set for a dry run: the accounts that would be here by then. */
  readonly wouldBe?: { readonly account: (position: number) => boolean };
  readonly report: Reporter;
}

const batchSize = 500;

export async function importConsents(
  db: Database,
  entries: AsyncIterable<ConsentEntry>,
  options: Options,
): Promise<ImportCounts> {
  const counts = noCounts();
  for await (const batch of inBatches(entries, batchSize)) {
    const lines: object[] = [];
    const run = (trx: Db) => importBatch(trx, batch, options);
    const { imported, unchanged, findings } = options.wouldBe
      ? await run(db)
      : await db.transaction(run, { timeouts: backgroundTimeouts });
    counts.imported += imported;
    counts.unchanged += unchanged;
    for (const { entry, finding, isPart } of findings) {
      count(counts.leftOut, finding.reason);
      const about = { kind: 'consent', position: entry.position, client_id: entry.clientId.slice(0, 200) } as const;
      lines.push(reportLine(about, finding, isPart));
    }
    await options.report(lines);
  }
  return counts;
}

interface Found {
  readonly entry: ConsentEntry;
  readonly finding: Finding;
  readonly isPart: boolean;
}

async function importBatch(trx: Db, batch: readonly ConsentEntry[], options: Options) {
  const { actor, from, wouldBe } = options;
  const findings: Found[] = [];
  const toInsert: { account_id: string; client_id: string; scope: string }[] = [];
  let unchanged = 0;
  let foreseen = 0;
  const places = await findConsentPlaces(
    trx,
    batch.filter(isKey).map(({ externalId, clientId }) => ({ external_id: externalId, client_id: clientId })),
  );
  const byKey = new Map(places.map((place) => [keyOf(place.external_id, place.client_id), place]));
  for (const entry of batch) {
    const place = byKey.get(keyOf(entry.externalId, entry.clientId));
    const verdict = decide(entry, place, options);
    if (verdict === 'unchanged') unchanged += 1;
    else if ('reason' in verdict) findings.push({ entry, finding: verdict, isPart: false });
    else {
      findings.push(...verdict.without.map((finding) => ({ entry, finding, isPart: true })));
      foreseen += 1;
      if (place?.account_id) {
        toInsert.push({ account_id: place.account_id, client_id: entry.clientId, scope: verdict.scope });
      }
    }
  }
  if (wouldBe) return { imported: foreseen, unchanged, findings };
  const imported = toInsert.length > 0 ? await insertImportedConsents(trx, toInsert) : 0;
  if (imported > 0) {
    await record(trx, actor, 'consent.imported', `import:${from.source}`, { file: from.file, consents: imported });
  }
  return { imported, unchanged, findings };
}

/** No account and no client has other ids, and PostgreSQL may not accept another text. */
const isKey = ({ externalId, clientId }: ForeignConsent) =>
  /^[\x21-\x7e]+$/.test(externalId) && clientIdProblem(clientId) === undefined;

const keyOf = (externalId: string, clientId: string) => JSON.stringify([externalId, clientId]);

function decide(
  { position, scopes: theirs, clientId }: ConsentEntry,
  place: ConsentPlace | undefined,
  { scopes, ignoredScopes, clients, wouldBe }: Options,
): 'unchanged' | Finding | { scope: string; without: Finding[] } {
  const ceiling = clients.has(clientId) ? (place?.scope ?? clients.get(clientId)) : undefined;
  if (!place?.account_id && !wouldBe?.account(position)) {
    return { reason: 'account_missing', problem: 'The account was not imported' };
  }
  if (ceiling === undefined) {
    return {
      reason: 'client_missing',
      problem: 'The client did not come with this file, so its id may name another app here',
    };
  }
  if (place?.came) return 'unchanged';
  if (place?.exists) return { reason: 'consent_exists', problem: 'The person has decided about this client here' };
  const { ours, unknown } = mapScopes(theirs, scopes, ignoredScopes);
  const allowed = parseScope(ceiling);
  const outside = ours.filter((scope) => isApiScope(scope) && !allowed.includes(scope));
  const granted = ours.filter((scope) => !outside.includes(scope));
  const without = [
    ...unknown.map((scope) => aboutScope(scope, 'is not known here')),
    ...outside.map((scope) => aboutScope(scope, 'is more than the client may ask for')),
  ];
  if (granted.length === 0) return { reason: 'no_scope', field: 'scope', problem: 'has no scope of this server' };
  // Nobody is asked about these, so no other server says that they were allowed.
  return { scope: formatScope([...new Set([...granted, ...silentScopes])]), without };
}

function aboutScope(scope: string, problem: string): Finding {
  return { reason: 'scope', field: 'scope', problem: `${JSON.stringify(scope.slice(0, 100))} ${problem}` };
}
