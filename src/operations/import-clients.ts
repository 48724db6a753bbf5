/**
 * Registers the clients of another server under their own ids, in batches. Each batch is one transaction with an audit event for
 * each client. A client that exists is never changed, so an import that was interrupted continues when it is run again.
 */
import { isDeepStrictEqual } from 'node:util';
import { fieldNames } from '../policy/client/schema.ts';
import type { ClientReading, ImportedClient } from '../policy/import/client.ts';
import type { Finding } from '../policy/import/findings.ts';
import { type PlannedSecret, planSecrets } from '../policy/import/secrets.ts';
import { lastFour } from '../policy/token-format.ts';
import { insertClientSecret, insertForeignSecret } from '../store/client-secrets.ts';
import { type Client, findClient, insertClient } from '../store/clients.ts';
import type { Database, Db } from '../store/database.ts';
import { sha256 } from '../store/sealer.ts';
import { backgroundTimeouts } from '../store/timeouts.ts';
import type { Actor } from './actor.ts';
import { recordClient } from './client-record.ts';
import { count, type ImportCounts, noCounts, type Reporter, reportLine } from './import-report.ts';
import { inBatches } from './in-batches.ts';
import type { Passwords } from './passwords.ts';
import { requirePowerOverClient } from './powers.ts';

export interface ClientEntry {
  readonly position: number;
  readonly reading: ClientReading;
}

interface Options {
  readonly actor: Actor;
  readonly passwords: Passwords;
  /** The name of the source and of its file, for the audit log. */
  readonly from: { readonly source: string; readonly file: string };
  /** Nothing is written but the report. */
  readonly dryRun: boolean;
  readonly report: Reporter;
}

export interface ClientsResult extends ImportCounts {
  /** The scopes of each client that was imported, or would be. */
  readonly scopes: ReadonlyMap<string, string>;
}

const batchSize = 100;

/** A client to import, with the hashes of its secrets. */
interface Prepared {
  readonly position: number;
  readonly client: ImportedClient;
  readonly findings: readonly Finding[];
  readonly secrets: readonly HashedSecret[];
}

type HashedSecret = { readonly expiresAt: Date | null } & (
  | { readonly hash: Buffer; readonly lastFour: string }
  | { readonly foreign: string }
);

type Outcome = 'imported' | 'unchanged' | Finding;

export async function importClients(
  db: Database,
  entries: AsyncIterable<ClientEntry>,
  options: Options,
): Promise<ClientsResult> {
  const counts = noCounts();
  const scopes = new Map<string, string>();
  const seen = new Map<string, number>();
  const leftOut = ({ position }: ClientEntry, finding: Finding, clientId: string | undefined) => {
    count(counts.leftOut, finding.reason);
    return reportLine({ kind: 'client', position, client_id: clientId?.slice(0, 200) }, finding, false);
  };
  for await (const batch of inBatches(entries, batchSize)) {
    const lines: object[] = [];
    const prepared: Prepared[] = [];
    for (const entry of batch) {
      const { reading } = entry;
      if ('leftOut' in reading) {
        lines.push(leftOut(entry, reading.leftOut, reading.clientId));
        continue;
      }
      const { clientId } = reading.client;
      const before = seen.get(clientId);
      seen.set(clientId, before ?? entry.position);
      if (before === undefined) prepared.push(await prepare(entry.position, reading, options));
      else lines.push(leftOut(entry, { reason: 'duplicate', problem: `Its id is that of client ${before}` }, clientId));
    }
    const outcomes = await writeBatch(db, prepared, options);
    for (const [index, { position, client, findings }] of prepared.entries()) {
      const outcome = outcomes[index] ?? 'unchanged';
      const about = { kind: 'client', position, client_id: client.clientId } as const;
      if (typeof outcome === 'object') {
        lines.push(leftOut({ position, reading: { client, findings } }, outcome, client.clientId));
        continue;
      }
      counts[outcome] += 1;
      scopes.set(client.clientId, client.metadata.scope);
      for (const finding of findings) {
        count(counts.leftOut, finding.reason);
        lines.push(reportLine(about, finding, true));
      }
    }
    await options.report(lines);
  }
  return { ...counts, scopes };
}

/** Hashes before the transaction begins: a slow hash takes time. */
async function prepare(
  position: number,
  { client, findings }: Extract<ClientReading, { client: ImportedClient }>,
  { dryRun, passwords }: Options,
): Promise<Prepared> {
  const plan = planSecrets(client);
  const secrets: HashedSecret[] = [];
  if (!dryRun) for (const secret of plan.secrets) secrets.push(await hashed(secret, passwords));
  return { position, client, findings: [...findings, ...plan.findings], secrets };
}

async function hashed({ form, value, expiresAt }: PlannedSecret, passwords: Passwords): Promise<HashedSecret> {
  if (form === 'hash') return { foreign: value, expiresAt };
  if (form === 'slow') return { foreign: await passwords.hash(value), expiresAt };
  return { hash: sha256(value), lastFour: lastFour(value), expiresAt };
}

async function writeBatch(db: Database, batch: readonly Prepared[], options: Options): Promise<Outcome[]> {
  const { dryRun } = options;
  const write = async (trx: Db) => {
    const outcomes: Outcome[] = [];
    for (const prepared of batch) {
      const stored = await findClient(trx, prepared.client.clientId);
      if (stored) outcomes.push(compare(stored, prepared.client));
      else outcomes.push(dryRun ? 'imported' : await insert(trx, prepared, options));
    }
    return outcomes;
  };
  return dryRun ? write(db) : db.transaction(write, { timeouts: backgroundTimeouts });
}

function compare(stored: Client, { metadata }: ImportedClient): Outcome {
  const other = fieldNames.filter((name) => !isDeepStrictEqual(stored[name], metadata[name]));
  if (other.length === 0) return 'unchanged';
  return { reason: 'client_exists', problem: `A client with this id exists, with other values of ${other.join(', ')}` };
}

async function insert(trx: Db, { client, secrets }: Prepared, { actor, from }: Options): Promise<Outcome> {
  const { clientId, metadata, disabled } = client;
  const { owner_email: _, ...fields } = metadata;
  const row = { ...fields, owner_account_id: null, status: disabled ? 'disabled' : 'active' } as const;
  requirePowerOverClient(actor, { after: { ...row, owner_role: null } });
  await insertClient(trx, { ...row, client_id: clientId, logo_uri: null, verified_at: null });
  for (const secret of secrets) {
    if ('foreign' in secret) await insertForeignSecret(trx, clientId, secret.foreign, secret.expiresAt);
    else await insertClientSecret(trx, clientId, { ...secret, secretHash: secret.hash });
  }
  await recordClient(trx, actor, 'client.created', clientId, {
    imported_from: from,
    secrets: secrets.length,
    after: row,
  });
  return 'imported';
}
