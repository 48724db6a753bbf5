/**
 * After a backup was restored. What was revoked, rotated or used up after it was made is unknown, so whatever may have ended ends:
 * docs/operations.md has the table. It can be repeated, and an interrupted run is finished by another one.
 */
import { AppError } from '../errors.ts';
import type { Database, Db } from '../store/database.ts';
import { endGrants } from '../store/grants.ts';
import {
  type Brief,
  briefKinds,
  endBrief,
  peopleToTellOf,
  removeConsents,
  renewFeed,
  restoredFacts,
  takeGrants,
  withdrawAllKeys,
  workingKeys,
} from '../store/restored.ts';
import type { Sealer } from '../store/sealer.ts';
import { insertSigningKey, lockSigningKeys } from '../store/signing-keys.ts';
import { backgroundTimeouts } from '../store/timeouts.ts';
import { enqueueWebhooks } from '../store/webhook-outbox.ts';
import type { Actor } from './actor.ts';
import { revokeApiKey } from './api-keys.ts';
import { record, recordEach } from './record.ts';
import { makeNextKeys } from './signing-keys.ts';

/** How many of each kind were ended. */
export interface Ended extends Readonly<Record<Brief, number>> {
  readonly grants: number;
  readonly consents: number;
  readonly api_keys: number;
  /** Keys that are no longer published. */
  readonly signing_keys: number;
}

export interface RestoredOptions {
  /** The moment whose state was restored. */
  readonly at: Date;
  /** Ids of grants, consents and API keys to end; null for all. See `listMayHaveEnded`. */
  readonly chosen: readonly string[] | null;
  /** Called after each step with what it has ended by now. */
  readonly onProgress?: (kind: string, count: number) => void;
}

/** Maximum rows of one transaction. */
const atATime = 1_000;

/**
 * Ends everything that may have ended since `at`, and lets readers of the revocation feed begin again.
 * @throws AppError invalid if `at` is in the future
 */
export async function endAfterRestore(
  db: Database,
  sealer: Sealer,
  { at, chosen, onProgress = () => {} }: RestoredOptions,
  actor: Actor,
): Promise<Ended> {
  const { newestEvent, now } = await restoredFacts(db, at);
  if (at > now) throw new AppError('invalid', `${at.toISOString()} is in the future of the database`);
  const facts = {
    at: at.toISOString(),
    newest_event: newestEvent?.toISOString() ?? null,
    chosen: chosen?.length ?? null,
  };
  const signing_keys = await replaceSigningKeys(db, sealer, facts, actor);
  const brief: Partial<Record<Brief, number>> = {};
  // Mails first: later steps queue some that must be sent.
  for (const kind of ['mails' as const, ...briefKinds.filter((kind) => kind !== 'mails')]) {
    brief[kind] = await inSteps((trx) => endBrief(trx, kind, atATime), db);
    onProgress(kind, brief[kind]);
  }
  const api_keys = await endApiKeys(db, chosen, actor);
  onProgress('api_keys', api_keys);
  const grants = await inSteps((trx) => endSomeGrants(trx, chosen), db);
  onProgress('grants', grants);
  const consents = await inSteps((trx) => removeConsents(trx, atATime, chosen), db);
  const people_told = await tellReceivers(db, facts, actor);
  const ended: Ended = { ...(brief as Record<Brief, number>), grants, consents, api_keys, signing_keys };
  await db.transaction(async (trx) => {
    // Once more: a reader may have come meanwhile, and read the keys of a node that did not know the new ones yet.
    await renewFeed(trx);
    await record(trx, actor, 'database.ended_after_restore', 'database', { ...facts, ...ended, people_told });
  });
  return ended;
}

/** Access tokens are not stored, so only another key ends those that were issued after `at`. A key that leaked meanwhile ends too. */
async function replaceSigningKeys(db: Database, sealer: Sealer, facts: object, actor: Actor): Promise<number> {
  const [current, next] = [await makeNextKeys(sealer), await makeNextKeys(sealer)];
  return db.transaction(async (trx) => {
    await lockSigningKeys(trx);
    const withdrawn = await withdrawAllKeys(trx);
    for (const key of Object.values(current)) await insertSigningKey(trx, key, 'current');
    for (const key of Object.values(next)) await insertSigningKey(trx, key, 'next');
    await renewFeed(trx);
    await record(trx, actor, 'database.restored', 'database', { ...facts, keys_withdrawn: withdrawn });
    return withdrawn.length;
  });
}

/** Repeats a step until it finds less than it may take. Each is a transaction of its own. */
async function inSteps(step: (trx: Db) => Promise<number>, db: Database): Promise<number> {
  for (let total = 0; ; ) {
    const count = await db.transaction(step, { timeouts: backgroundTimeouts });
    total += count;
    if (count < atATime) return total;
  }
}

/** Ends a page of grants, with the events of webhooks. */
async function endSomeGrants(trx: Db, chosen: readonly string[] | null): Promise<number> {
  const taken = await takeGrants(trx, atATime, chosen);
  if (taken.length === 0) return 0;
  await endGrants(
    trx,
    taken.map(({ id }) => id),
  );
  const events = taken.map(({ id, account_id: sub, client_id: clientId }) => ({
    clientId,
    type: 'grant.revoked' as const,
    data: { sub, reason: 'admin' as const, grant_id: id },
  }));
  await enqueueWebhooks(trx, events);
  return taken.length;
}

/** Each key ends as if an admin had revoked it: its owner is told by mail. */
async function endApiKeys(db: Database, chosen: readonly string[] | null, actor: Actor): Promise<number> {
  let [ended, after] = [0, ''];
  for (;;) {
    const ids = await workingKeys(db, { limit: atATime, after, chosen });
    for (const id of ids) {
      // A key that has ended by itself meanwhile must not keep grants alive.
      ended += await revokeApiKey(db, id, actor).then(
        () => 1,
        (error: unknown) => {
          if (error instanceof AppError && error.kind === 'conflict') return 0;
          throw error;
        },
      );
    }
    const last = ids.at(-1);
    if (last === undefined || ids.length < atATime) return ended;
    after = last;
  }
}

/**
 * Receivers of signals learn by an event for each account that its sessions have ended. Nobody knows who had one, so it is for all
 * accounts, a page in a statement. Without receivers there are no events.
 */
async function tellReceivers(db: Database, { at }: { at: string }, actor: Actor): Promise<number> {
  for (let [told, after] = [0, '']; ; ) {
    const ids = await db.transaction(
      async (trx) => {
        const page = await peopleToTellOf(trx, atATime, after);
        const targets = page.map((id) => `account:${id}`);
        if (page.length > 0) await recordEach(trx, actor, 'account.ended_after_restore', targets, { at });
        return page;
      },
      { timeouts: backgroundTimeouts },
    );
    told += ids.length;
    after = ids.at(-1) ?? after;
    if (ids.length < atATime) return told;
  }
}
