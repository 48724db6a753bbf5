/** Acts on an account that need a reason: a page says what they do and asks why, then they are done. */

import type { Context } from 'koa';
import { type AccountActName, accountActPage, accountActs } from '../../../../views/admin/accounts/acts.ts';
import type { Problems } from '../../../../views/admin/fields.ts';
import type { NoticeName } from '../../../../views/admin/notices.ts';
import { m } from '../../../../views/messages/index.ts';
import { AppError } from '../../../errors.ts';
import { deleteAccount, findDeletionObstacles } from '../../../operations/account-deletion.ts';
import {
  requirePasswordChange,
  setPassword,
  setRole,
  signOutEverywhere,
  suspendAccount,
} from '../../../operations/accounts.ts';
import type { Actor } from '../../../operations/actor.ts';
import { actorWithReason } from '../../../operations/client-record.ts';
import { disconnect } from '../../../operations/grants.ts';
import { resetSecondStep, takePasskey } from '../../../operations/lost-factors.ts';
import { endSession } from '../../../operations/sessions.ts';
import { normaliseEmail } from '../../../policy/emails.ts';
import type { Account } from '../../../store/accounts.ts';
import { keysStanding } from '../../../store/api-keys.ts';
import { getClient } from '../../../store/clients.ts';
import { listConnectedApps } from '../../../store/connected-apps.ts';
import type { Db } from '../../../store/database.ts';
import { type ListedPasskey, listPasskeys } from '../../../store/passkeys.ts';
import { findSessionOf, type ListedSession, pageOfSessions } from '../../../store/session-list.ts';
import type { WebDeps } from '../../deps.ts';
import { field } from '../../http/forms.ts';
import type { Admin } from '../guard.ts';
import { done, framed } from '../notice.ts';
import { type AdminPages, queried } from '../pages.ts';
import { readReason } from '../reason.ts';
import { accountOf } from './account-of.ts';
import { passwordReasonOf, problemsOf } from './list.ts';
import { sessionRow } from './session-row.ts';

type Act = (deps: WebDeps, id: string, actor: Actor, form: URLSearchParams) => Promise<NoticeName>;

const acts: Readonly<Record<AccountActName, Act>> = {
  async suspend({ db }, id, actor) {
    await suspendAccount(db, id, actor);
    return 'suspended';
  },
  async 'sessions/end'({ db }, accountId, actor, form) {
    await endSession(db, { accountId, sessionId: field(form, 'session') }, actor);
    return 'session-ended';
  },
  async 'sessions/end-all'({ db }, id, actor) {
    await signOutEverywhere(db, id, { endGrants: false }, actor);
    return 'signed-out';
  },
  async 'role/admin'({ db }, id, actor) {
    await setRole(db, id, 'admin', actor);
    return 'admin-granted';
  },
  async 'role/user'({ db }, id, actor) {
    await setRole(db, id, 'user', actor);
    return 'admin-revoked';
  },
  async 'password/require'({ db }, id, actor) {
    await requirePasswordChange(db, id, actor);
    return 'password-required';
  },
  async 'second-step/reset'({ db }, id, actor) {
    await resetSecondStep(db, id, actor);
    return 'second-step-reset';
  },
  async 'passkeys/remove'({ db }, id, actor, form) {
    await takePasskey(db, id, field(form, 'passkey'), actor);
    return 'passkey-removed';
  },
  async delete({ db }, id, actor) {
    await deleteAccount(db, id, actor);
    return 'account-deleted';
  },
  async password({ db, passwords }, id, actor, form) {
    await setPassword(db, passwords, id, field(form, 'new_password'), actor);
    return 'password';
  },
  async disconnect({ db }, accountId, actor, form) {
    const { client_id: clientId } = await getClient(db, field(form, 'client_id'));
    await disconnect(db, { accountId, clientId }, actor);
    return 'disconnected';
  },
};

/** Admins cannot do these to themselves, so that an admin is always left who can undo them. */
const notOnOneself: readonly AccountActName[] = ['suspend', 'delete', 'role/admin', 'role/user'];

export function accountActPages(pages: AdminPages, deps: WebDeps): void {
  for (const act of Object.keys(accountActs) as AccountActName[]) {
    const path = `/account/:id/${act}`;

    pages.show(path, async (ctx, admin) => {
      const account = await accountFor(act, ctx, deps, admin);
      await show(ctx, deps, admin, account, act, {
        clientId: queried(ctx, 'client_id'),
        passkey: queried(ctx, 'passkey'),
        session: queried(ctx, 'session'),
      });
    });

    pages.change(path, async (ctx, admin, form) => {
      const account = await accountFor(act, ctx, deps, admin);
      const { reason, problem } = readReason(form);
      const on = {
        clientId: field(form, 'client_id'),
        passkey: field(form, 'passkey'),
        session: field(form, 'session'),
      };
      const refuse = (problems: Problems, status = 422) => {
        ctx.status = status;
        return show(ctx, deps, admin, account, act, on, { problems, reason, confirm: field(form, 'confirm') });
      };
      const unconfirmed = act === 'delete' && normaliseEmail(field(form, 'confirm')) !== account.email;
      const problems = {
        ...(problem && { reason: problem }),
        ...(unconfirmed && { confirm: m().adminAccountEnd.remove.notItsAddress }),
      };
      if (Object.keys(problems).length > 0) return refuse(problems);
      const actor = actorWithReason(admin.actor, reason);
      const outcome = await acts[act](deps, account.id, actor, form).catch((error) => {
        // The page says what has to be done first.
        if (act === 'delete' && error instanceof AppError && error.kind === 'conflict') return {};
        if (act !== 'password') throw error;
        return problemsOf(error);
      });
      if (typeof outcome !== 'string') return refuse(outcome, act === 'delete' ? 409 : 422);
      done(ctx, outcome, act === 'delete' ? '/admin/accounts' : `/admin/account/${account.id}`);
    });
  }
}

async function accountFor(act: AccountActName, ctx: Context, { db }: WebDeps, admin: Admin): Promise<Account> {
  const account = await accountOf(ctx, db);
  if (account.id === admin.id && notOnOneself.includes(act)) {
    throw new AppError('invalid', 'An admin can’t take access from themselves');
  }
  return account;
}

async function show(
  ctx: Context,
  { db }: WebDeps,
  admin: Admin,
  account: Account,
  act: AccountActName,
  on: { clientId: string | undefined; passkey: string | undefined; session: string | undefined },
  typed: { problems: Problems; reason: string; confirm?: string } = { problems: {}, reason: '' },
): Promise<void> {
  const apps = await listConnectedApps(db, account.id);
  const { total: sessions } = await pageOfSessions(db, account.id, { page: 1, per_page: 1 });
  const { working: keys } = await keysStanding(db, account.id, null);
  const connections = apps.reduce((sum, one) => sum + one.connections, 0);
  const client = act === 'disconnect' ? await getClient(db, on.clientId ?? '') : undefined;
  const passkey = act === 'passkeys/remove' ? await passkeyOf(db, account.id, on.passkey) : undefined;
  const session = act === 'sessions/end' ? await sessionOf(db, account.id, on.session) : undefined;
  const obstacles = act === 'delete' ? await findDeletionObstacles(db, account.id) : undefined;
  ctx.body = accountActPage({
    frame: framed(ctx, admin),
    account,
    act,
    passwordReason: passwordReasonOf(typed.problems),
    size: { sessions, connections, apps: apps.filter((one) => one.connections > 0).length, keys },
    ...(client && {
      app: {
        clientId: client.client_id,
        name: client.client_name,
        connections: apps.find((app) => app.client_id === client.client_id)?.connections ?? 0,
      },
    }),
    ...(session && { session: sessionRow(session) }),
    ...(passkey && { passkey: { id: passkey.id, name: passkey.name } }),
    ...(obstacles && {
      obstacles: {
        lastAdmin: obstacles.lastAdmin,
        owns: obstacles.apps.map((one) => ({ clientId: one.client_id, name: one.client_name })),
      },
    }),
    ...typed,
  });
}

async function sessionOf(db: Db, accountId: string, id: string | undefined): Promise<ListedSession> {
  const session = await findSessionOf(db, accountId, id ?? '');
  if (!session) throw new AppError('not_found', 'There is no such session');
  return session;
}

async function passkeyOf(db: Db, accountId: string, id: string | undefined): Promise<ListedPasskey> {
  const passkey = (await listPasskeys(db, accountId)).find((one) => one.id === id);
  if (!passkey) throw new AppError('not_found', 'There is no such passkey');
  return passkey;
}
