/**
 * Rules for apps that nobody registered: for one client, or for the host of documents that describe clients. A block ends everything
 * of them at once, and remembers what people had allowed.
 */
import { AppError } from '../errors.ts';
import { isDocumentId } from '../policy/client/document-ids.ts';
import { documentUrlProblem } from '../policy/client/metadata-document.ts';
import { isUnregistered } from '../policy/client/registration-types.ts';
import { hostOfClient, normalHost, type RuleSubject, type ThirdPartyPolicy } from '../policy/third-party.ts';
import { endClientRevocations, revokeClientsWhileStopped } from '../store/client-revocations.ts';
import { findClient, findClients } from '../store/clients.ts';
import type { Db } from '../store/database.ts';
import {
  applyPolicies,
  endGrantsOfClients,
  findRule,
  lockRuledClients,
  ownRulesOfHost,
  type RuledClient,
  removeRequests,
  removeRule,
  saveRule,
} from '../store/third-party.ts';
import { enqueueWebhook } from '../store/webhook-outbox.ts';
import type { Actor } from './actor.ts';
import { optionalReason, requiredReason } from './client-record.ts';
import { tokenLifetimeAndSkewSeconds } from './clients.ts';
import { requirePowerOverClient } from './powers.ts';
import { record } from './record.ts';

/** What a change of a rule did. */
export interface RuleChange {
  readonly subject: RuleSubject;
  /** What the rule says now; null: it was removed. */
  readonly policy: ThirdPartyPolicy | null;
  /** How many stored clients the rule is about. */
  readonly clients: number;
  readonly familiesEnded: number;
}

/** Returns the subject in its normal form. @throws AppError invalid, or not_found for an id that no client has */
export async function ruleSubject(db: Db, given: RuleSubject): Promise<RuleSubject> {
  if (given.kind === 'host') {
    const host = normalHost(given.value);
    if (host === undefined) throw invalid('host', 'must be the name of a host, such as agent.example');
    return { kind: 'host', value: host };
  }
  const client = await findClient(db, given.value);
  if (client && !isUnregistered(client)) throw invalid('client_id', 'was registered by hand: suspend it instead');
  // A document may be judged before anybody has used it.
  if (!client && !isDocumentId(given.value)) throw new AppError('not_found', `There is no client ${given.value}`);
  const problem = client ? undefined : documentUrlProblem(given.value);
  if (problem) throw invalid('client_id', problem);
  return given;
}

/**
 * Sets the rule of a client or host, or removes it with null. Blocking requires a reason. With `asOf`, it is refused if the rule
 * is not the one that was decided then; null: if there is a rule. With `revision`, so is allowing an app that has another one now;
 * give it for one app only. The actor needs the power over every app that the rule is about.
 * A rule allows an app as it is: if it changes, the rule counts as `ask` (docs/decisions/0137).
 * @throws AppError invalid, not_found, forbidden or conflict
 */
export async function setRule(
  db: Db,
  given: RuleSubject,
  policy: ThirdPartyPolicy | null,
  actor: Actor,
  reason = '',
  { asOf, revision }: { asOf?: Date | null; revision?: string | undefined } = {},
): Promise<RuleChange> {
  requirePowerOverClient(actor, {});
  const subject = await ruleSubject(db, given);
  const said = policy === 'block' ? requiredReason(reason) : optionalReason(reason);
  return db.transaction(async (trx) => {
    await ownRulesOfHost(trx, subject.kind === 'host' ? subject.value : (hostOfClient(subject.value) ?? subject.value));
    const rule = await findRule(trx, subject);
    if (asOf !== undefined && asOf?.getTime() !== rule?.decided_at.getTime()) {
      throw new AppError('conflict', 'The rule was changed by somebody else in the meantime');
    }
    const before = rule?.policy ?? null;
    if (policy === null) await removeRule(trx, subject);
    else await saveRule(trx, { ...subject, policy, reason: said.reason ?? null, decided_by: actor.id });
    const clients = await lockRuledClients(trx, subject);
    for (const client of await findClients(trx, clients.map(idOf))) {
      requirePowerOverClient(actor, { before: client });
      if (policy === 'allow' && revision !== undefined && client.revision !== revision) {
        throw new AppError('conflict', 'The app has changed in the meantime');
      }
    }
    const familiesEnded = await apply(trx, clients);
    // The record has what was allowed.
    const seen = policy === 'allow' ? (await findRule(trx, subject))?.seen : undefined;
    const details = {
      before,
      after: policy,
      ...(seen && { seen }),
      ...said,
      clients: clients.length,
      families_ended: familiesEnded,
    };
    await record(trx, actor, `${subject.kind}.policy_changed`, `${subject.kind}:${subject.value}`, details);
    return { subject, policy, clients: clients.length, familiesEnded };
  });
}

/** Gives each client the policy and the status that its rules imply, and ends what is blocked. Returns the number of families. */
async function apply(trx: Db, clients: readonly RuledClient[]): Promise<number> {
  const after = clients.map((client) => ({ ...client, status: statusAfter(client) }));
  const wasBlocked = new Set(clients.filter(({ status }) => status === 'blocked').map(({ client_id: id }) => id));
  const blocked = after.filter(({ status, client_id: id }) => status === 'blocked' && !wasBlocked.has(id)).map(idOf);
  const freed = after.filter(({ status, client_id: id }) => status === 'active' && wasBlocked.has(id));
  if (freed.length > 0) {
    // What began while they were being blocked.
    await endGrantsOfClients(trx, freed.map(idOf));
    await endClientRevocations(trx, freed.filter(({ acts_for_itself: it }) => !it).map(idOf), 0);
    const services = freed.filter(({ acts_for_itself: it }) => it).map(idOf);
    await endClientRevocations(trx, services, tokenLifetimeAndSkewSeconds);
    await enqueueWebhook(trx, freed.map(idOf), 'client.resumed', {});
  }
  await applyPolicies(trx, after);
  await removeRequests(trx, after.filter(({ policy }) => policy !== 'ask').map(idOf));
  if (blocked.length === 0) return 0;
  await revokeClientsWhileStopped(trx, blocked);
  const ended = await endGrantsOfClients(trx, blocked);
  await enqueueWebhook(trx, blocked, 'client.suspended', {});
  return ended;
}

const idOf = ({ client_id: id }: Pick<RuledClient, 'client_id'>): string => id;

/** A suspension by an admin is another matter than a rule: it stays. */
function statusAfter({ status, policy }: RuledClient): RuledClient['status'] {
  if (status === 'disabled') return status;
  return policy === 'block' ? 'blocked' : 'active';
}

const invalid = (field: string, problem: string) =>
  new AppError('invalid', `${field} ${problem}`, { [field]: problem });
