/** Decides about one app that nobody registered, or about a host of documents. */
import type { Context } from 'koa';
import { thirdPartyRulePage } from '../../../../views/admin/clients/third-party-rule.ts';
import { m } from '../../../../views/messages/index.ts';
import { AppError } from '../../../errors.ts';
import { ruleSubject, setRule } from '../../../operations/third-party.ts';
import { normalHost, type RuleSubject, thirdPartyPolicies } from '../../../policy/third-party.ts';
import { findClient } from '../../../store/clients.ts';
import { findRule } from '../../../store/third-party.ts';
import { countAtStake } from '../../../store/unregistered-apps.ts';
import type { WebDeps } from '../../deps.ts';
import { field } from '../../http/forms.ts';
import { seeOther } from '../../http/see-other.ts';
import type { Admin } from '../guard.ts';
import { done, framed } from '../notice.ts';
import { type AdminPages, queried } from '../pages.ts';
import { link } from '../paging.ts';
import { readReason } from '../reason.ts';

const choices = ['none', ...thirdPartyPolicies] as const;
const list = '/admin/unregistered';

export function thirdPartyRulePages(pages: AdminPages, deps: WebDeps): void {
  const { db } = deps;

  pages.show('/unregistered/rule', async (ctx, admin) => {
    const [kind, value = ''] = [queried(ctx, 'kind'), queried(ctx, 'value')];
    if (kind === 'host' && normalHost(value) === undefined)
      return seeOther(ctx, `${list}${link({ host: value || ' ' })}`);
    const subject = await subjectOf(deps, kind, value);
    const policy = (await findRule(db, subject))?.policy ?? 'none';
    await showRule(ctx, deps, admin, subject, { policy, reason: '', problems: {} });
  });

  pages.change('/unregistered/rule', async (ctx, admin, form) => {
    const subject = await subjectOf(deps, field(form, 'kind'), field(form, 'value'));
    const policy = choices.find((one) => one === field(form, 'policy'));
    const { reason, problem } = readReason(form);
    if (!policy || problem) {
      ctx.status = 422;
      const problems = {
        ...(!policy && { policy: m().thirdParty.admin.chooseOne }),
        ...(problem && { reason: problem }),
      };
      return showRule(ctx, deps, admin, subject, { policy: policy ?? 'none', reason, problems });
    }
    await setRule(db, subject, policy === 'none' ? null : policy, admin.actor, reason);
    done(ctx, 'ruled', list);
  });
}

/** @throws AppError invalid or not_found */
async function subjectOf({ db }: WebDeps, kind: string | undefined, value: string): Promise<RuleSubject> {
  if (kind !== 'client' && kind !== 'host') throw new AppError('invalid', 'A rule is about a client or a host');
  return ruleSubject(db, { kind, value });
}

async function showRule(
  ctx: Context,
  { db }: WebDeps,
  admin: Admin,
  subject: RuleSubject,
  chosen: Pick<Parameters<typeof thirdPartyRulePage>[0], 'policy' | 'reason' | 'problems'>,
): Promise<void> {
  const client = subject.kind === 'client' ? await findClient(db, subject.value) : undefined;
  ctx.body = thirdPartyRulePage({
    frame: framed(ctx, admin),
    subject,
    appName: client?.client_name,
    suspended: client?.status === 'disabled',
    atStake: await countAtStake(db, subject),
    ...chosen,
  });
}
