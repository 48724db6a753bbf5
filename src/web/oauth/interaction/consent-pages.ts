/** The pages of a consent, from what is asked and, if a page is shown again, from its form. */
import { hostOf } from '../../../../views/host.ts';
import { consentPage } from '../../../../views/oauth/consent.ts';
import type { ConsentChoices } from '../../../../views/oauth/consent-choices.ts';
import type { ConsentProjects } from '../../../../views/oauth/consent-projects.ts';
import { clientView } from '../../../oidc/hooks/client-view.ts';
import { readOnlySwitch } from '../../../policy/consent.ts';
import { chosenDuration, consentDurations, suggestedDuration } from '../../../policy/consent-duration.ts';
import { familyLifetimeSeconds } from '../../../policy/refresh.ts';
import type { Picked } from '../../http/project-picker.ts';
import type { CurrentInteraction, Interaction } from './current.ts';
import type { Asked } from './question.ts';

/** What every page of a consent has. */
export function frameOf(interaction: Interaction, { client }: Asked, current: CurrentInteraction) {
  const address = `/interaction/${interaction.uid}`;
  return {
    csrf: current.csrfOf(interaction),
    action: `${address}/consent`,
    switchAction: `${address}/switch`,
    app: clientView(client),
  };
}

type Frame = ReturnType<typeof frameOf>;

/** What the form said, where the page is shown again, and what is wrong with it. */
export interface Again {
  readonly form?: URLSearchParams;
  readonly chosen?: Picked | undefined;
  readonly problem?: string;
}

export async function questionPage(
  frame: Frame,
  interaction: Interaction,
  asked: Asked,
  { issuer, projects, again }: { issuer: string; projects: ConsentProjects | undefined; again: Again | undefined },
): Promise<string> {
  const { question, remembered, account } = asked;
  const { form, problem } = again ?? {};
  const redirectUri = interaction.params.redirect_uri as string | undefined;
  return consentPage({
    ...frame,
    required: question.required,
    optional: question.optional,
    ticked: form ? form.getAll('scope') : question.ticked,
    ...(question.more &&
      remembered && {
        before: {
          granted: remembered.granted,
          refused: remembered.refused,
          since: remembered.updated_at,
          requested: asked.requested,
        },
      }),
    keeps: (remembered?.granted.length ?? 0) > 0,
    account: { email: account.email },
    redirectUri,
    ...(asked.unregistered && { elsewhere: otherPlaces(asked.client.redirectUris ?? [], redirectUri) }),
    issuer,
    lastsUntil: asked.client.grantTypeAllowed('refresh_token')
      ? new Date(Date.now() + familyLifetimeSeconds * 1000)
      : undefined,
    ...(asked.unregistered && { choices: choicesFor(asked, form) }),
    ...(projects && { projects }),
    ...(asked.changes && { changed: (await import('./changed-client.ts')).changedView(asked.changes) }),
    ...(problem !== undefined && { problem }),
  });
}

/** The redirect URIs with another host or scheme than that of this request, one for each: the answer holds for them too. */
function otherPlaces(all: readonly string[], asked: string | undefined): string[] {
  const seen = new Set(asked === undefined ? [] : [hostOf(asked)]);
  return all.filter((uri) => !seen.has(hostOf(uri)) && seen.add(hostOf(uri)));
}

function choicesFor({ question, remembered, client }: Asked, form: URLSearchParams | undefined): ConsentChoices {
  const readOnly = readOnlySwitch(question);
  return {
    readOnly: readOnly === undefined || !form ? readOnly : form.has('read_only'),
    durations: consentDurations,
    duration: chosenDuration(form?.getAll('duration') ?? []) ?? suggestedDuration(remembered),
    ...(remembered && { until: remembered.ends_at }),
    whole: !question.more,
    renews: client.grantTypeAllowed('refresh_token'),
  };
}

/** Few people see this page and the next, so a start does not import them. */
export async function fullPage(
  frame: Frame,
  { account }: Asked,
  full: { limit: number; requestId: string },
): Promise<string> {
  const { peopleLimitPage } = await import('../../../../views/oauth/people-limit.ts');
  return peopleLimitPage({ ...frame, email: account.email, ...full, time: new Date() });
}

export async function waitingPage(frame: Frame, { account }: Asked, requestId: string): Promise<string> {
  const { askAdminPage } = await import('../../../../views/oauth/ask-admin.ts');
  return askAdminPage({ ...frame, email: account.email, requestId, time: new Date() });
}
