/** Decides about one app that nobody registered, or about a host of documents. */
import type { Context } from 'koa';
import { thirdPartyRulePage } from '../../../../views/admin/clients/third-party-rule.ts';
import { m } from '../../../../views/messages/index.ts';
import { AppError } from '../../../errors.ts';
import { ruleSubject, setRule } from '../../../operations/third-party.ts';
import { normalHost, type RuleSubject, thirdPartyPolicies } from '../../../policy/third-party.ts';
import { findClient } from '../../../store/clients.ts';
import { countAtStake } from '../../../store/unregistered-apps.ts';
import type { WebDeps } from '../../deps.ts';
import { field } from '../../http/forms.ts';
import { seeOther } from '../../http/see-other.ts';
import type { Admin } from '../guard.ts';
import { done, framed } from '../notice.ts';
import { isOvertaken } from '../overtaken.ts';
import { type AdminPages, queried } from '../pages.ts';
import { readReason } from '../reason.ts';
import { ruleOf, withoutRule } from './rule-in-force.ts';
import { appOf } from './subject.ts';

const choices = ['none', ...thirdPartyPolicies] as const;
const list = '/admin/unregistered';

export function thirdPartyRulePages(pages: AdminPages, deps: WebDeps): void {
  const { db } = deps;

  pages.show('/unregistered/rule', async (ctx, admin) => {
    const [kind, value = ''] = [queried(ctx, 'kind'), queried(ctx, 'value')];
    if (kind === 'host' && normalHost(value) === undefined)
      return seeOther(ctx, `${list}?${new URLSearchParams({ host: value })}`);
    await showRule(ctx, deps, admin, await subjectOf(deps, kind, value));
  });

  pages.change('/unregistered/rule', async (ctx, admin, form) => {
    const subject = await subjectOf(deps, field(form, 'kind'), field(form, 'value'));
    const policy = choices.find((one) => one === field(form, 'policy'));
    const { reason, problem } = readReason(form);
    const typed = { policy: policy ?? 'none', reason } as const;
    if (!policy || problem) {
      ctx.status = 422;
      const problems = {
        ...(!policy && { policy: m().fields.chooseOne }),
        ...(problem && { reason: problem }),
      };
      return showRule(ctx, deps, admin, subject, { ...typed, problems });
    }
    const wanted = policy === 'none' ? null : policy;
    const saved = await setRule(db, subject, wanted, admin.actor, reason, seenIn(form)).catch(isOvertaken);
    if (saved) return done(ctx, 'ruled', list);
    ctx.status = 409;
    const now = await ruleOf(db, subject);
    const byApp = (now?.decided.at.getTime() ?? null) === (seenIn(form).asOf?.getTime() ?? null);
    await showRule(ctx, deps, admin, subject, { ...typed, overtaken: byApp ? 'app' : true });
  });
}

/** The rule that the form was filled in for: when it was decided, or none; and the app that it showed, if it is stored. */
function seenIn(form: URLSearchParams): { asOf: Date | null; revision: string | undefined } {
  const asOf = field(form, 'as_of');
  return { asOf: asOf === 'none' ? null : new Date(asOf), revision: form.get('revision') ?? undefined };
}

/** @throws AppError invalid or not_found */
async function subjectOf({ db }: WebDeps, kind: string | undefined, value: string): Promise<RuleSubject> {
  if (kind !== 'client' && kind !== 'host') throw new AppError('invalid', 'A rule is about a client or a host');
  return ruleSubject(db, { kind, value });
}

type Typed = Partial<Pick<Parameters<typeof thirdPartyRulePage>[0], 'policy' | 'reason' | 'problems' | 'overtaken'>>;

async function showRule(
  ctx: Context,
  { db, config: { thirdPartyPolicy: rest } }: WebDeps,
  admin: Admin,
  subject: RuleSubject,
  typed: Typed = {},
): Promise<void> {
  const client = subject.kind === 'client' ? await findClient(db, subject.value) : undefined;
  const now = await ruleOf(db, subject);
  ctx.body = thirdPartyRulePage({
    frame: framed(ctx, admin),
    subject,
    app: client && appOf(client),
    suspended: client?.status === 'disabled',
    revision: client?.revision,
    atStake: await countAtStake(db, subject),
    now,
    otherwise:
      subject.kind === 'host' ? { policy: rest, source: 'rest' } : await withoutRule(db, subject.value, client, rest),
    policy: now?.policy ?? 'none',
    reason: '',
    problems: {},
    ...typed,
  });
}
