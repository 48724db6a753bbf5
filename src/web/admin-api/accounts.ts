/** /admin/v1/accounts: accounts and their sessions. */
import { z } from 'zod';
import { deleteAccount } from '../../operations/account-deletion.ts';
import { updateAccountFields } from '../../operations/account-update.ts';
import {
  checkNewAccount,
  checkNewPassword,
  requirePasswordChange,
  restoreAccount,
  saveNewAccount,
  saveNewPassword,
  signOutEverywhere,
  suspendAccount,
} from '../../operations/accounts.ts';
import type { Actor } from '../../operations/actor.ts';
import { actorWithReason, actorWithReasonGiven } from '../../operations/client-record.ts';
import { resetSecondStep } from '../../operations/lost-factors.ts';
import { endSession } from '../../operations/sessions.ts';
import { type AccountFilter, pageOfAccounts } from '../../store/account-search.ts';
import { type Account, getAccount, lockAccount } from '../../store/accounts.ts';
import type { Db } from '../../store/database.ts';
import { pageOfSessions } from '../../store/session-list.ts';
import { accountDocument, accountShape, deleted, deletedShape, etagOf, sessionShape } from './documents.ts';
import { accountChanges, accountFilter, accountId, newAccount, newPassword, onePage, opaqueId } from './fields.ts';
import { type Answer, operation } from './operation.ts';
import { invalid } from './refusal.ts';
import { requireVersion } from './versions.ts';

const oneAccount = z.strictObject({ account_id: accountId });

export const accountOperations = [
  operation({
    id: 'accounts.list',
    method: 'GET',
    path: '/accounts',
    summary: 'List accounts by address',
    scopes: ['accounts:read'],
    query: accountFilter,
    data: accountShape,
    list: true,
    async run({ db, query }) {
      const { rows, total } = await pageOfAccounts(db, query, query as AccountFilter);
      return { data: rows.map(accountDocument), total };
    },
  }),
  operation({
    id: 'accounts.create',
    method: 'POST',
    path: '/accounts',
    summary: 'Create an account',
    description:
      'Only a caller with every scope of the admin API can create an admin, because an admin may do everything; `role: admin` needs a `reason`.',
    scopes: ['accounts:write'],
    body: newAccount,
    example: { email: 'ada@example.com', name: 'Ada Example', password: 'a long password nobody guesses' },
    status: 201,
    data: accountShape,
    versioned: true,
    prepare({ body, deps }) {
      const { role, tier, reason: _, ...input } = body;
      return checkNewAccount(deps.passwords, { ...input, ...(role && { role }), ...(tier && { tier }) });
    },
    run: async ({ db, body, prepared, actor }) =>
      shown(await saveNewAccount(db, prepared, actorWithReasonGiven(actor, body.reason))),
  }),
  operation({
    id: 'accounts.get',
    method: 'GET',
    path: '/accounts/{account_id}',
    summary: 'Read an account',
    scopes: ['accounts:read'],
    params: oneAccount,
    data: accountShape,
    versioned: true,
    run: async ({ db, params }) => shown(await getAccount(db, params.account_id)),
  }),
  operation({
    id: 'accounts.update',
    method: 'PATCH',
    path: '/accounts/{account_id}',
    summary: 'Change an account',
    description:
      'Only the named fields change. `status: suspended` ends sessions and tokens at once, as suspending does; `status` and `role` need a `reason`. With `If-Match`, nothing is changed (412) if somebody else has changed the account since. An admin’s account needs `admins:write` too, and making an admin every scope of the admin API.',
    scopes: ['accounts:write'],
    params: oneAccount,
    body: accountChanges,
    example: { tier: 'pro' },
    data: accountShape,
    versioned: true,
    run: ({ db, params, body, actor, ifMatch }) =>
      db.transaction(async (trx) => {
        if (Object.keys(body).length === 0) throw invalid({ body: 'must name at least one field' });
        const before = await lockForChange(trx, params.account_id);
        requireVersion(ifMatch, 'account', accountDocument(before));
        const { reason, ...changes } = body;
        const needsReason = differs(changes.role, before.role) || differs(changes.status, before.status);
        const by = needsReason ? actorWithReason(actor, reason ?? '') : actor;
        return shown(await updateAccountFields(trx, params.account_id, changes, by));
      }),
  }),
  action('suspend', 'Suspend an account: its sessions and tokens end at once', suspendAccount),
  action('restore', 'Let a suspended account sign in again', restoreAccount, { needsReason: false }),
  action(
    'require_password_change',
    'End every session; the next sign-in asks for another password',
    requirePasswordChange,
  ),
  action(
    'reset_second_step',
    'Remove a lost authenticator app, its recovery codes and all passkeys; every session ends',
    resetSecondStep,
  ),
  operation({
    id: 'accounts.set_password',
    method: 'POST',
    path: '/accounts/{account_id}/password',
    summary: 'Set a new password; sessions and tokens end at once',
    scopes: ['accounts:write'],
    needsReason: true,
    params: oneAccount,
    body: newPassword,
    example: { password: 'another long password nobody guesses' },
    data: accountShape,
    prepare: ({ db, params, body, deps }) => checkNewPassword(db, deps.passwords, params.account_id, body.password),
    async run({ db, params, prepared, actor }) {
      await lockForChange(db, params.account_id);
      return { data: accountDocument(await saveNewPassword(db, params.account_id, prepared, actor)) };
    },
  }),
  operation({
    id: 'accounts.sign_out_everywhere',
    method: 'POST',
    path: '/accounts/{account_id}/sign-out-everywhere',
    summary: 'End every session; with `end_grants` every app loses its access too',
    scopes: ['accounts:write'],
    needsReason: true,
    params: oneAccount,
    body: z.strictObject({ end_grants: z.boolean().default(false) }),
    example: { end_grants: true },
    data: accountShape,
    async run({ db, params, body, actor }) {
      await lockForChange(db, params.account_id);
      const account = await signOutEverywhere(db, params.account_id, { endGrants: body.end_grants }, actor);
      return { data: accountDocument(account) };
    },
  }),
  operation({
    id: 'accounts.delete',
    method: 'DELETE',
    path: '/accounts/{account_id}',
    summary: 'Delete an account with its sessions, consents and tokens; this cannot be undone',
    description:
      'Refused (409) while the account owns clients, or is the only active admin. The audit log keeps its id, without its name and address.',
    needsReason: true,
    scopes: ['accounts:write'],
    params: oneAccount,
    data: deletedShape,
    async run({ db, params, actor }) {
      await deleteAccount(db, params.account_id, actor);
      return { data: deleted(params.account_id) };
    },
  }),
  operation({
    id: 'sessions.list',
    method: 'GET',
    path: '/accounts/{account_id}/sessions',
    summary: 'List the sessions of an account, the last used first',
    scopes: ['accounts:read'],
    params: oneAccount,
    query: z.strictObject(onePage),
    data: sessionShape,
    list: true,
    async run({ db, params, query }) {
      await getAccount(db, params.account_id);
      const { rows, total } = await pageOfSessions(db, params.account_id, query);
      return { data: rows, total };
    },
  }),
  operation({
    id: 'sessions.delete',
    method: 'DELETE',
    path: '/accounts/{account_id}/sessions/{session_id}',
    summary: 'End one session',
    scopes: ['accounts:write'],
    needsReason: true,
    params: z.strictObject({ account_id: accountId, session_id: opaqueId }),
    data: deletedShape,
    async run({ db, params, actor }) {
      await endSession(db, { accountId: params.account_id, sessionId: params.session_id }, actor);
      return { data: deleted(params.session_id) };
    },
  }),
];

function action(
  verb: string,
  summary: string,
  act: (db: Db, id: string, actor: Actor) => Promise<Account>,
  { needsReason } = { needsReason: true },
) {
  return operation({
    id: `accounts.${verb}`,
    method: 'POST',
    path: `/accounts/{account_id}/${verb.replaceAll('_', '-')}`,
    summary,
    needsReason,
    scopes: ['accounts:write'],
    params: oneAccount,
    data: accountShape,
    versioned: true,
    async run({ db, params, actor, ifMatch }) {
      const before = await lockForChange(db, params.account_id);
      requireVersion(ifMatch, 'account', accountDocument(before));
      return shown(await act(db, params.account_id, actor));
    },
  });
}

function shown(account: Account): Answer {
  const document = accountDocument(account);
  return { data: document, etag: etagOf(document) };
}

const differs = <T>(requested: T | undefined, now: T): boolean => requested !== undefined && requested !== now;

/** Returns the account and locks it until the end of the transaction. */
async function lockForChange(trx: Db, id: string): Promise<Account> {
  await lockAccount(trx, id);
  return getAccount(trx, id);
}
