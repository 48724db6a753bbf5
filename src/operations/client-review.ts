/** Clients are submitted, verified and sent back: what a reviewer decides, with who, when and why in the audit log. */
import { AppError } from '../errors.ts';
import { type ClientState, clientState } from '../policy/client/state.ts';
import { checkedValues } from '../policy/client/verification.ts';
import { type Client, updateClientRow } from '../store/clients.ts';
import type { Db } from '../store/database.ts';
import type { Actor } from './actor.ts';
import { neededWhy, recordClient, why } from './client-record.ts';
import { lockClientFor } from './powers.ts';

/** A draft is put before a reviewer. Throws `conflict` when it is none. */
export async function submitForReview(db: Db, clientId: string, actor: Actor, reason?: string): Promise<Client> {
  return review(db, clientId, { actor, from: ['draft'] }, async (trx) => {
    const client = await updateClientRow(trx, clientId, { submitted_at: new Date() });
    await recordClient(trx, actor, 'client.submitted', clientId, why(reason));
    return client;
  });
}

/**
 * VibeCaaS has checked who runs the app and that its address is theirs: from review, straight from a draft, or once
 * more. The values that were checked are kept: a change of one reopens the review. Others read `reason`, and later ask
 * for it.
 */
export async function verifyClient(db: Db, clientId: string, actor: Actor, reason: string): Promise<Client> {
  const said = neededWhy(reason);
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
      await recordClient(trx, actor, 'client.verified', clientId, { ...said, checked: values });
      return client;
    },
  );
}

/** Out of review, or verified no more: a draft again, and its people want to know why. Throws `conflict` when it is one. */
export async function sendBackClient(db: Db, clientId: string, actor: Actor, reason: string): Promise<Client> {
  const said = neededWhy(reason);
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
      await recordClient(trx, actor, 'client.sent_back', clientId, { from, ...said });
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
