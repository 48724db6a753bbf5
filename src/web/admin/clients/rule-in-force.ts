/** What holds for an app that nobody registered, and who decided it. */
import type { RuleChanges } from '../../../../views/admin/clients/rule-changes.ts';
import type { RuleInForce } from '../../../../views/admin/clients/rule-in-force.ts';
import { changedSinceSeen, type Seen, scopesBeyond } from '../../../policy/client/pinned.ts';
import { isUnregistered } from '../../../policy/client/registration-types.ts';
import { hostOfClient, policyFor, type RuleSubject, type ThirdPartyPolicy } from '../../../policy/third-party.ts';
import type { Client } from '../../../store/clients.ts';
import type { Db } from '../../../store/database.ts';
import { findRule } from '../../../store/third-party.ts';
import { actorNames } from '../actor-names.ts';

/** The rule that holds for a client; undefined if somebody registered it. `rest` is what THIRD_PARTY_POLICY says. */
export async function ruleInForce(db: Db, client: Client, rest: ThirdPartyPolicy): Promise<RuleInForce | undefined> {
  if (!isUnregistered(client)) return undefined;
  const rule = await ruleOf(db, { kind: 'client', value: client.client_id });
  return rule ?? (await withoutRule(db, client.client_id, client, rest));
}

/** What would hold for a client if there were no rule for it. A client that is not stored has not been verified. */
export async function withoutRule(
  db: Db,
  clientId: string,
  client: Pick<Client, 'registration_type' | 'verified_at'> | undefined,
  rest: ThirdPartyPolicy,
): Promise<RuleInForce> {
  const host = hostOfClient(clientId);
  const ofHost = host === undefined ? undefined : await ruleOf(db, { kind: 'host', value: host });
  if (ofHost) return ofHost;
  if (!client?.verified_at) return { policy: rest, source: 'rest' };
  return { policy: policyFor({ ...client, third_party_policy: null }, rest), source: 'verified' };
}

/** The rule for exactly this client or host. */
export async function ruleOf(db: Db, subject: RuleSubject) {
  const rule = await findRule(db, subject);
  if (!rule) return undefined;
  const names = await actorNames(db, [{ actor: rule.decided_by }]);
  const decided = { by: names(rule.decided_by), at: rule.decided_at, ...(rule.reason && { reason: rule.reason }) };
  const changes = rule.now ? ruleChangesView(rule.seen, rule.now) : undefined;
  return { policy: rule.policy, source: subject.kind, value: subject.value, decided, changes } as const;
}

function ruleChangesView(seen: Seen | null, now: Seen): RuleChanges {
  const changed = changedSinceSeen(seen, now);
  return {
    name: seen && changed.includes('name') ? namesOf(seen, now) : undefined,
    redirects: changed.includes('redirect_uris') ? now.redirect_uris : [],
    keys: changed.includes('keys'),
    scopes: seen ? scopesBeyond(seen, now) : [],
    unknown: seen === null,
  };
}

function namesOf({ client_name: before }: Seen, { client_name: now }: Seen): RuleChanges['name'] {
  return before === now ? 'elsewhere' : { before, now };
}
