/** What admins and owners may change of a client that describes itself, and what is kept of an admin's decision. */
import { isDeepStrictEqual } from 'node:util';
import { AppError } from '../errors.ts';
import {
  type AdminDecisions,
  decisionsAbout,
  decisionsAfter,
  withDecisions,
} from '../policy/client/admin-decisions.ts';
import { isUnregistered } from '../policy/client/registration-types.ts';
import type { ClientMetadata, Problems } from '../policy/client/schema.ts';
import { documentFields } from '../policy/client/self-registration.ts';
import type { Client } from '../store/clients.ts';
import type { Db } from '../store/database.ts';
import { seeClientAgain } from '../store/third-party.ts';

/** Only its document says how such a client proves itself, and an admin who takes that suspends the client. */
const documentAlone: readonly string[] = [
  'type',
  'token_endpoint_auth_method',
  'id_token_signed_response_alg',
  'jwks',
  'jwks_uri',
];

/**
 * A document says what its client is. An admin may take addresses and grant types from it and correct texts that people read, which
 * then hold whatever the document says, but adds nothing. People are always asked about such a client, because whoever controls
 * the document can change it. @throws AppError invalid
 */
export function refuseWhatDocumentSays(before: Client, after: ClientMetadata, byOwner: boolean): void {
  if (before.registration_type !== 'metadata_document') return;
  const changed = documentFields.filter(
    (field) => !isDeepStrictEqual(before[field] ?? null, (after[field] as unknown) ?? null),
  );
  const problems: Problems = {};
  for (const name of changed) {
    if (byOwner || documentAlone.includes(name)) problems[name] = 'is what the document of this client says';
    const own = before.admin_decisions?.[name as keyof AdminDecisions]?.own;
    const named = [before[name], own].flatMap((list) => (Array.isArray(list) ? list : []));
    const now = after[name];
    if (!Array.isArray(now) || now.every((one) => named.includes(one))) continue;
    problems[name] ??= 'may only have what the document of this client says';
  }
  if (after.first_party) problems.first_party = 'must be false for a client that a document describes';
  throwFirst(problems);
}

/** @throws AppError invalid */
export function refuseWhatAdminDecided(before: Client, after: ClientMetadata): void {
  const allowed = withDecisions(before.admin_decisions, after);
  const beyond = documentFields.filter((name) => !isDeepStrictEqual(allowed[name] ?? null, after[name] ?? null));
  throwFirst(Object.fromEntries(beyond.map((name) => [name, 'was decided by an admin'])));
}

function throwFirst(problems: Problems): void {
  const [first] = Object.entries(problems);
  if (first) throw new AppError('invalid', first.join(' '), problems);
}

/** The column of the decisions, after an admin or the owner has changed the client. */
export function decisionsOf(before: Client, after: ClientMetadata, byOwner: boolean) {
  if (!isUnregistered(before)) return {};
  const decisions = byOwner ? decisionsAbout(before.admin_decisions, after) : decisionsAfter(before, after);
  return { admin_decisions: decisions };
}

/** What an admin changes themselves is seen: a rule that allowed the client goes on to allow it. An owner’s change is not. */
export async function keepAllowed(trx: Db, before: Client, after: Client, byOwner: boolean): Promise<Client> {
  const lapsed = before.third_party_policy === 'allow' && after.third_party_policy === 'ask';
  if (!lapsed || byOwner) return after;
  await seeClientAgain(trx, after.client_id);
  return { ...after, third_party_policy: 'allow' };
}
