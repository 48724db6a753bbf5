/** Finds and creates accounts. */

import { accountsPage } from '../../../../views/admin/accounts/list.ts';
import { newAccountPage } from '../../../../views/admin/accounts/new.ts';
import type { Problem, Problems } from '../../../../views/admin/fields.ts';
import { m } from '../../../../views/messages/index.ts';
import { AppError } from '../../../errors.ts';
import { createAccount } from '../../../operations/accounts.ts';
import type { Actor } from '../../../operations/actor.ts';
import { actorWithReason } from '../../../operations/client-record.ts';
import type { PasswordReason } from '../../../policy/passwords.ts';
import { type Tier, tiers } from '../../../policy/tiers.ts';
import { countAccountsUpTo, searchAccounts } from '../../../store/account-search.ts';
import type { Role } from '../../../store/schema.ts';
import type { WebDeps } from '../../deps.ts';
import { field } from '../../http/forms.ts';
import { inReadersWords } from '../../http/rule-words.ts';
import { done, framed } from '../notice.ts';
import { type AdminPages, chosen, queried } from '../pages.ts';
import { keysetLinks, pageAsked } from '../paging.ts';
import { readReason } from '../reason.ts';

export function accountListPages(pages: AdminPages, { db, passwords }: WebDeps): void {
  pages.read('/accounts', async (ctx, admin, db) => {
    const q = queried(ctx, 'q');
    const [status, role] = [
      chosen(ctx, 'status', ['active', 'suspended'] as const),
      chosen(ctx, 'role', ['user', 'admin'] as const),
    ];
    const filters = { ...(status && { status }), ...(role && { role }) };
    const [searched, asked] = [{ ...filters, ...(q && { search: q }) }, pageAsked(ctx)];
    const page = await searchAccounts(db, searched, asked);
    const total = await countAccountsUpTo(db, searched);
    ctx.body = accountsPage({
      frame: framed(ctx, admin),
      filter: { ...filters, ...(q && { q }) },
      rows: page.rows.map((account) => ({
        ...account,
        admin: account.role === 'admin',
        suspended: account.status === 'suspended',
        created: account.created_at,
      })),
      links: keysetLinks({ ...filters, q }, asked, page, total),
    });
  });

  pages.show('/accounts/new', async (ctx, admin) => {
    const values = { email: '', name: '', tier: tiers[0], admin: false, reason: '' };
    ctx.body = newAccountPage({ frame: admin, values, tiers, problems: {} });
  });

  pages.change('/accounts', async (ctx, admin, form) => {
    const [email, name, tier] = [field(form, 'email'), field(form, 'name'), field(form, 'tier') || tiers[0]];
    const { role, reason, problem, actor } = chosenRole(form, admin.actor);
    const input = { email, name, password: field(form, 'new_password'), tier: tier as Tier };
    const refuse = (problems: Problems) => {
      ctx.status = 422;
      const values = { email, name, tier, admin: role === 'admin', reason };
      const passwordReason = passwordReasonOf(problems);
      ctx.body = newAccountPage({ frame: admin, values, tiers, problems, passwordReason });
    };
    if (problem) return refuse({ reason: problem });
    try {
      const account = await createAccount(db, passwords, { ...input, role }, actor);
      done(ctx, 'account-created', `/admin/account/${account.id}`);
    } catch (error) {
      refuse(problemsOf(error));
    }
  });
}

/** The role of a new account by the box `admin`, and who gives it: an admin’s with the reason, which nobody else needs. */
export function chosenRole(form: URLSearchParams, actor: Actor): ChosenRole {
  if (!form.has('admin')) return { role: 'user', reason: field(form, 'reason').trim(), actor };
  const { reason, problem } = readReason(form);
  return problem
    ? { role: 'admin', reason, problem, actor }
    : { role: 'admin', reason, actor: actorWithReason(actor, reason) };
}

type ChosenRole = { role: Role; reason: string; problem?: Problem; actor: Actor };

/** Field → problem. Errors other than a broken rule or a taken address are thrown on. */
export function problemsOf(error: unknown): Problems {
  if (error instanceof AppError && error.kind === 'conflict') return { email: m().adminAccounts.create.taken };
  if (error instanceof AppError && error.kind === 'invalid' && error.details)
    return inReadersWords(error.details as Record<string, string>);
  throw error;
}

/** Why the password is refused, among the problems of the fields. */
export function passwordReasonOf(problems: Problems): PasswordReason | undefined {
  return problems.password_reason as PasswordReason | undefined;
}
