/**
 * Measures API keys with a real server and database: a gateway that starts and meets thousands of them, known ones, and how soon
 * the last of ten verifiers refuses a revoked one while all of them are busy.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createVerifier, type Verifier } from '../../src/gateway/verifier.ts';
import { newAccountId } from '../../src/operations/accounts.ts';
import { formatApiKey } from '../../src/policy/api-keys.ts';
import type { Database } from '../../src/store/database.ts';
import { sha256 } from '../../src/store/sealer.ts';
import { median, perSecondOfCpu } from './rounds.ts';
import { quantile, type Served, withServer } from './served.ts';
import { resource } from './tokens.ts';

const [keyCount, verifierCount, revocations, coldRounds] = [5_000, 10, 100, 3];

export interface KeyRates {
  /** Per second of this process's CPU time. */
  readonly warm: number;
  /** Per second of the wall clock. */
  readonly cold: number;
  readonly p50: number;
  readonly p99: number;
}

export function measureKeys(): Promise<KeyRates> {
  return withServer(async (served) => {
    const keys = await insertKeys(served.db);
    const cold: number[] = [];
    for (let round = 0; round < coldRounds; round += 1) {
      const verifier = await start(served);
      const began = performance.now();
      await Promise.all(keys.map((key) => verifier.verify(key, { scope: 'projects:read' })));
      cold.push((keyCount * 1000) / (performance.now() - began));
    }
    const known = await start(served);
    const few = keys.slice(0, 1_000);
    for (const key of few) await known.verify(key);
    const warm = await perSecondOfCpu(2_000, few.length, async () => {
      for (const key of few) await known.verify(key, { scope: 'projects:read' });
    });
    return { warm, cold: median(cold), ...(await measureEnds(served, keys)) };
  });
}

async function start({ origin, credentials, cleanup }: Served): Promise<Verifier> {
  const verifier = createVerifier({ issuer: origin, audience: resource, credentials, apiKeys: true });
  cleanup.push(() => verifier.close());
  await verifier.ready();
  return verifier;
}

async function insertKeys(db: Database): Promise<string[]> {
  const keys = Array.from({ length: keyCount }, () => formatApiKey('live', randomBytes(32)));
  const accountId = newAccountId();
  await db.pgPool.query("INSERT INTO accounts (id, email, name) VALUES ($1, 'keys@example.com', 'Keys')", [accountId]);
  await db.pgPool.query(
    `INSERT INTO api_keys (id, account_id, key_hash, environment, last_four, name, scope)
      SELECT 'key_' || n, $1, hash, 'live', '0000', 'Bench', '{projects:read}' FROM unnest($2::bytea[]) WITH ORDINALITY k(hash, n)`,
    [accountId, keys.map((key) => sha256(key))],
  );
  return keys;
}

async function measureEnds(served: Served, keys: readonly string[]): Promise<{ p50: number; p99: number }> {
  const verifiers = await Promise.all(Array.from({ length: verifierCount }, () => start(served)));
  const ending = keys.slice(-revocations);
  for (const verifier of verifiers) await Promise.all(keys.map((key) => verifier.verify(key)));
  const load = keepBusy(verifiers, keys.slice(0, 1_000));
  const taken: number[] = [];
  for (const [index, key] of ending.entries()) {
    const id = `key_${keyCount - revocations + index + 1}`;
    await served.db.pgPool.query('UPDATE api_keys SET revoked_at = now() WHERE id = $1', [id]);
    const began = performance.now();
    for (const verifier of verifiers) while (await verifier.verify(key).then(Boolean, () => false)) await sleep(1);
    taken.push(performance.now() - began);
  }
  load.stop();
  return { p50: quantile(taken, 0.5), p99: quantile(taken, 0.99) };
}

/** Half of the time of this process. */
function keepBusy(verifiers: readonly Verifier[], keys: readonly string[]): { stop(): void } {
  const timer = setInterval(() => {
    const until = performance.now() + 5;
    for (let index = 0; performance.now() < until; index += 1) {
      verifiers[index % verifiers.length]?.recall(keys[index % keys.length] as string);
    }
  }, 10);
  return { stop: () => clearInterval(timer) };
}
