/** Changes a client by what it says of itself: in a request (RFC 7592), or in the document of its id. An admin's decisions hold. */
import { isDeepStrictEqual } from 'node:util';
import { AppError } from '../errors.ts';
import { decisionsAbout, overruledFields, withDecisions } from '../policy/client/admin-decisions.ts';
import { boundedChanges } from '../policy/client/bounded-changes.ts';
import { profileProblems } from '../policy/client/profiles.ts';
import { completeClient, registrationOf } from '../policy/client/registration.ts';
import { pick } from '../policy/pick.ts';
import type { Client } from '../store/clients.ts';
import type { Db } from '../store/database.ts';
import type { Actor } from './actor.ts';
import { changeClient } from './client-change.ts';
import { recordClient } from './client-record.ts';
import { endTakenTrust } from './client-trust.ts';

type Values = Readonly<Record<string, unknown>>;
/** Field → what is wrong with it. */
type Found = Values;

/** What holds when the client says `said`, and why that can't be registered, by field. */
export function heldValues<T extends Values>(before: Client, said: T): { values: T; problems: Found } {
  const values = withDecisions(before.admin_decisions, said);
  const emptied = ['redirect_uris', 'grant_types'].filter((name) => isEmpty(values[name]) && !isEmpty(said[name]));
  if (emptied.length > 0) {
    const problem = 'has nothing that an admin of this server has left to this client';
    return { values, problems: Object.fromEntries(emptied.map((name) => [name, problem])) };
  }
  if (before.admin_decisions) return { values, problems: problemsOf({ ...registrationOf(before), ...values }) };
  return { values, problems: profileProblems({ ...before, ...values }) };
}

const isEmpty = (list: unknown): boolean => Array.isArray(list) && list.length === 0;

function problemsOf(registration: Parameters<typeof completeClient>[0]): Found {
  try {
    completeClient(registration, { byItself: true });
    return {};
  } catch (error) {
    if (error instanceof AppError && error.kind === 'invalid' && error.details) return error.details;
    throw error;
  }
}

interface Change {
  readonly said: Values;
  /** What of it holds. */
  readonly after: Values;
  readonly actor: Actor;
  readonly action: 'client.updated' | 'client.document_changed';
}

/** The fields that change, and the decisions of admins as they are then; undefined if everything stays. */
function changeOf(before: Client, { said, after }: Pick<Change, 'said' | 'after'>) {
  const now: Values = before;
  const changed = Object.keys(after).filter((name) => !isDeepStrictEqual(now[name] ?? null, after[name] ?? null));
  const decisions = decisionsAbout(before.admin_decisions, said);
  return changed.length === 0 && isDeepStrictEqual(decisions, before.admin_decisions)
    ? undefined
    : { changed, decisions };
}

export const changesSomething = (before: Client, change: Pick<Change, 'said' | 'after'>): boolean =>
  changeOf(before, change) !== undefined;

/** `before` is the locked client. The audit event names what the client said in vain. */
export async function changeSelfDescribed(
  trx: Db,
  before: Client,
  { said, after, actor, action }: Change,
): Promise<Client> {
  const change = changeOf(before, { said, after });
  if (!change) return before;
  const { changed, decisions } = change;
  const changes = pick(after, changed);
  const overruled = overruledFields(said, after).filter((name) => decisions && name in decisions && name in after);
  const details = { ...boundedChanges(before, changes, changed), ...(overruled.length > 0 && { overruled }) };
  const trust = await endTakenTrust(trx, before, { ...before, ...changes });
  return changeClient(trx, before, { ...changes, ...trust, admin_decisions: decisions }, actor, () =>
    recordClient(trx, actor, action, before.client_id, details),
  );
}
