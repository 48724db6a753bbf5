/** Submits clients for review, verifies them and sends them back. The audit log records the reviewer and the reason. */
import { AppError } from '../errors.ts';
import { type ClientState, clientState } from '../policy/client/state.ts';
import { checkedValues } from '../policy/client/verification.ts';
import { type Client, updateClientRow } from '../store/clients.ts';
import type { Db } from '../store/database.ts';
import type { Actor } from './actor.ts';
import { optionalReason, recordClient, requiredReason } from './client-record.ts';
import { lockClientFor } from './powers.ts';

/** Submits a draft for review. @throws AppError conflict if the client is not a draft */
export async function submitForReview(db: Db, clientId: string, actor: Actor, reason?: string): Promise<Client> {
  return review(db, clientId, { actor, from: ['draft'] }, async (trx) => {
    const client = await updateClientRow(trx, clientId, { submitted_at: new Date() });
    await recordClient(trx, actor, 'client.submitted', clientId, optionalReason(reason));
    return client;
  });
}

/**
 * Marks a client as verified: VibeCaaS has checked who runs the app and that the web address is theirs. This is possible
 * from review, directly from a draft, or again. The checked values are stored, since changing one reopens the review.
 * Other admins read `reason`.
 */
export async function verifyClient(db: Db, clientId: string, actor: Actor, reason: string): Promise<Client> {
  const reasonDetails = requiredReason(reason);
  return review(
    db,
    clientId,
    { actor, from: ['draft', 'in_review', 'verified'], verdict: true },
    async (trx, { client: checked }) => {
      const now = new Date();
      const values = checkedValues(checked);
      const client = await updateClientRow(trx, clientId, {
        submitted_at: null,
        verified_at: now,
        checked_at: now,
        checked_by: actor.id,
        checked_values: values,
      });
      await recordClient(trx, actor, 'client.verified', clientId, { ...reasonDetails, checked: values });
      return client;
    },
  );
}

/** Makes a client a draft again, from review or verified. Its developers read the reason. @throws AppError conflict for a draft */
export async function sendBackClient(db: Db, clientId: string, actor: Actor, reason: string): Promise<Client> {
  const reasonDetails = requiredReason(reason);
  return review(
    db,
    clientId,
    { actor, from: ['in_review', 'verified'], verdict: true },
    async (trx, { state: from }) => {
      const client = await updateClientRow(trx, clientId, {
        submitted_at: null,
        verified_at: null,
        checked_at: null,
        checked_by: null,
        checked_values: null,
      });
      await recordClient(trx, actor, 'client.sent_back', clientId, { from, ...reasonDetails });
      return client;
    },
  );
}

const words: Readonly<Record<ClientState, string>> = {
  draft: 'a draft',
  in_review: 'in review',
  verified: 'verified',
  suspended: 'suspended',
};

async function review(
  db: Db,
  clientId: string,
  { actor, from, verdict = false }: { actor: Actor; from: readonly ClientState[]; verdict?: boolean },
  change: (trx: Db, now: { state: ClientState; client: Client }) => Promise<Client>,
): Promise<Client> {
  return db.transaction(async (trx) => {
    const client = await lockClientFor(trx, actor, clientId, { verdict });
    const state = clientState(client);
    if (!from.includes(state)) throw new AppError('conflict', `${clientId} is ${words[state]}: nothing was changed`);
    return change(trx, { state, client });
  });
}
