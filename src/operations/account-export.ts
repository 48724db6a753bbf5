/**
 * Everything that is kept about an account, as one JSON document for its person. It is written in pieces and read in pages,
 * so that memory is bounded however much happened. There is no secret in it: no password hash, and no session that could
 * be used.
 */
import { causeOf } from '../policy/activity.ts';
import { listActivity } from '../store/account-activity.ts';
import { getAccount } from '../store/accounts.ts';
import { listApiKeys } from '../store/api-keys.ts';
import { listUsageOfAccount } from '../store/app-usage.ts';
import type { AuditEvent } from '../store/audit.ts';
import { listConsents } from '../store/consents.ts';
import type { Db } from '../store/database.ts';
import { listGrants } from '../store/grant-list.ts';
import { listKeyUsageOfAccount } from '../store/key-usage.ts';
import { listMailsAfter } from '../store/mails.ts';
import { listOrganisationConsents } from '../store/organisation-consents.ts';
import { listOwnedClients } from '../store/own-clients.ts';
import { listSessionsAfter } from '../store/session-list.ts';
import { findWaysIn } from '../store/ways-in.ts';

const pageSize = 500;

/** Yields pieces of the document, in order. */
export async function* accountExport(db: Db, id: string, now: Date): AsyncGenerator<string> {
  const { sessions_valid_from: signInsValidFrom, ...account } = await getAccount(db, id);
  const { waysIn, locale } = (await findWaysIn(db, id)) ?? {};
  yield `{\n"exported_at": ${JSON.stringify(now)}`;
  yield member('account', {
    ...account,
    language: locale,
    sign_ins_valid_from: signInsValidFrom,
  });
  yield member('ways_in', waysIn);
  yield* list('sessions', sessions(db, id));
  yield member('connected_apps', await listConsents(db, id));
  yield member('allowed_by_organisations', await listOrganisationConsents(db, id));
  yield* list('connections', connections(db, id));
  yield member('calls_of_apps', await listUsageOfAccount(db, id));
  yield member('api_keys', await listApiKeys(db, id));
  yield member('calls_with_keys', await listKeyUsageOfAccount(db, id));
  yield member('apps_you_build', (await listOwnedClients(db, id)).map(ownApp));
  yield* list('mails', mails(db, id));
  yield* list('activity', activity(db, id));
  yield '\n}\n';
}

const member = (name: string, value: unknown): string => `,\n${JSON.stringify(name)}: ${JSON.stringify(value)}`;

/** A member whose value is a list, with one item a line. */
async function* list(name: string, pages: AsyncIterable<readonly object[]>): AsyncGenerator<string> {
  yield `,\n${JSON.stringify(name)}: [`;
  let first = true;
  for await (const items of pages) {
    if (items.length === 0) continue;
    yield `${first ? '' : ','}\n${items.map((item) => JSON.stringify(item)).join(',\n')}`;
    first = false;
  }
  yield ']';
}

async function* sessions(db: Db, accountId: string): AsyncGenerator<readonly object[]> {
  for (let after = ''; ; ) {
    const rows = await listSessionsAfter(db, accountId, after, pageSize);
    yield rows;
    after = rows.at(-1)?.id ?? after;
    if (rows.length < pageSize) return;
  }
}

async function* mails(db: Db, accountId: string): AsyncGenerator<readonly object[]> {
  for (let after = '0'; ; ) {
    const rows = await listMailsAfter(db, accountId, after, pageSize);
    yield rows.map(({ seq: _, ...mail }) => mail);
    after = rows.at(-1)?.seq ?? after;
    if (rows.length < pageSize) return;
  }
}

async function* connections(db: Db, accountId: string): AsyncGenerator<readonly object[]> {
  for (let after: string | undefined; ; ) {
    const rows = await listGrants(db, { limit: pageSize, accountId, ...(after !== undefined && { after }) });
    yield rows.map(({ email: _, account_id: __, ...grant }) => grant);
    after = rows.at(-1)?.id;
    if (rows.length < pageSize) return;
  }
}

async function* activity(db: Db, accountId: string): AsyncGenerator<readonly object[]> {
  for (let before: string | undefined; ; ) {
    const rows = await listActivity(db, { accountId }, { limit: pageSize, ...(before !== undefined && { before }) });
    yield rows.map((event) => exported(event, accountId));
    before = rows.at(-1)?.seq;
    if (rows.length < pageSize) return;
  }
}

/** An event without what is about others: who else caused it, from where, and the note that they made. */
function exported(event: AuditEvent, accountId: string): object {
  const { at, action, target, details } = event;
  const by = causeOf(event, accountId);
  const { ip, reason, ...facts } = (details ?? {}) as Record<string, unknown>;
  return { at, action, target, by, details: by === 'us' ? facts : { ...facts, ip } };
}

const ownApp = ({ client_id, client_name, type, status }: Awaited<ReturnType<typeof listOwnedClients>>[number]) => ({
  client_id,
  client_name,
  type,
  status,
});
