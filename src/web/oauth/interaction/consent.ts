/** The consent page of an authorization request, and the page that replaces it when the app is at its user limit. */
import type Router from '@koa/router';
import type { Context } from 'koa';
import { m } from '../../../../views/messages/index.ts';
import { askAdminPage } from '../../../../views/oauth/ask-admin.ts';
import { consentPage } from '../../../../views/oauth/consent.ts';
import type { ConsentChoices } from '../../../../views/oauth/consent-choices.ts';
import { peopleLimitPage } from '../../../../views/oauth/people-limit.ts';
import { AppError } from '../../../errors.ts';
import { clientView } from '../../../oidc/hooks/client-view.ts';
import type { ConsentResult } from '../../../oidc/hooks/grants.ts';
import { wasFull } from '../../../oidc/hooks/prompts.ts';
import { rememberConsent } from '../../../operations/consents.ts';
import {
  type ConsentDecision,
  consentDecision,
  heldToAnswer,
  mergedConsent,
  type Remembered,
  readOnlySwitch,
} from '../../../policy/consent.ts';
import { chosenDuration, consentDurations, endOfConsent, suggestedDuration } from '../../../policy/consent-duration.ts';
import { detailsAfter } from '../../../policy/consented-projects.ts';
import { familyLifetimeSeconds } from '../../../policy/refresh.ts';
import { findConsentOrRoom } from '../../../store/consents.ts';
import type { Db } from '../../../store/database.ts';
import { noteRequest } from '../../../store/third-party.ts';
import type { WebDeps } from '../../deps.ts';
import { actorOf } from '../../http/actor.ts';
import { seeOther } from '../../http/see-other.ts';
import { changedView } from './changed-client.ts';
import type { CurrentInteraction, Interaction } from './current.ts';
import { type Asked, askedOf } from './question.ts';

export type ConsentPage = (ctx: Context, interaction: Interaction) => Promise<void>;

/** Adds the route of the form; returns the function that shows the page. */
export function consentStep(router: Router, page: string, current: CurrentInteraction, deps: WebDeps): ConsentPage {
  const { db, config } = deps;
  const maxPeople = config.unverifiedPeopleLimit;
  const ask = async (interaction: Interaction) => askedOf(interaction, await current.clientOf(interaction));
  const refuse = (ctx: Context, why: string) => current.finish(ctx, { error: 'access_denied', error_description: why });
  const showFull = (ctx: Context, interaction: Interaction, asked: Asked) => {
    ctx.status = 403;
    const requestId = ctx.state.requestId as string;
    ctx.body = fullPage(frameOf(interaction, asked, current), asked, { limit: maxPeople, requestId });
  };
  const showWaiting = async (ctx: Context, interaction: Interaction, asked: Asked) => {
    await noteRequest(db, asked.client.clientId, asked.account.id);
    ctx.status = 403;
    ctx.body = waitingPage(frameOf(interaction, asked, current), asked, String(ctx.state.requestId));
  };

  const showAgain = (ctx: Context, interaction: Interaction, asked: Asked) => {
    ctx.status = 422;
    const problem = m().consentChoices.outlived;
    ctx.body = questionPage(frameOf(interaction, asked, current), interaction, asked, config.issuer, problem);
  };

  router.post(`${page}/consent`, async (ctx) => {
    const sent = await current.submission(ctx);
    if (!sent) return;
    const { interaction, form } = sent;
    if (interaction.prompt.name !== 'consent') return seeOther(ctx, `/interaction/${interaction.uid}`);
    // The client as it is now decides, not the cached one: even a denial is sent only to an address that is still
    // registered.
    await current.renewClient(interaction);
    const denial = denialOf(form);
    if (denial) return refuse(ctx, denial);
    const asked = await ask(interaction);
    if (mustWait(asked)) return showWaiting(ctx, interaction, asked);
    const { question, requested, account, client } = asked;
    if (asked.outlived && !form.has('whole')) return showAgain(ctx, interaction, asked);
    const { scopes, readOnly, endsAt } = choicesOf(form, asked);
    const allowed = consentDecision(question, scopes, requested, { readOnly, remembered: asked.remembered });
    if (!allowed) return refuse(ctx, 'The person ticked none of the permissions, all of which are optional');
    const actor = actorOf(ctx, `account:${account.id}`);
    const { answer, resultWith } = answerOf(asked, allowed, endsAt);
    const expected = mergedConsent(asked.remembered, allowed);
    const { write, leave } = await current.prepare(ctx, resultWith(expected), { mergeWithLastSubmission: true });
    const note = { interaction: write, ...expected };
    const remembered = await rememberConsent(db, answer, { maxPeople, actor, note });
    if (!remembered) {
      await current.refuseAnotherRevision(interaction, client);
      return showFull(ctx, interaction, asked);
    }
    if (remembered.noted) leave();
    else await current.finish(ctx, resultWith(remembered), { mergeWithLastSubmission: true });
  });

  return async (ctx, interaction) => {
    const asked = await ask(interaction);
    if (mustWait(asked)) await showWaiting(ctx, interaction, asked);
    else if (await isStillFull(db, interaction, asked, maxPeople)) showFull(ctx, interaction, asked);
    else ctx.body = questionPage(frameOf(interaction, asked, current), interaction, asked, config.issuer);
  };
}

/** Whether an admin has to allow the app before people may. */
const mustWait = ({ client }: Asked): boolean => client.third_party_policy === 'ask';

/** What is stored of an answer, and what the engine is told of it. */
function answerOf(
  { account, client, remembered: before, details: asked }: Asked,
  { granted, refused, leftOut }: ConsentDecision,
  endsAt: Date | null | undefined,
) {
  const details = detailsAfter({ before, asked, granted, choice: undefined });
  const { clientId, pin, revision } = client;
  const who = { accountId: account.id };
  return {
    answer: { ...who, clientId, granted, refused, endsAt, details, clientRevision: pin && revision },
    resultWith: (remembered: Remembered) => ({
      consent: {
        ...who,
        remembered: heldToAnswer(remembered, leftOut),
        pin,
        endsAt: endsAt?.getTime() ?? null,
        details: (details === undefined ? before?.authorization_details : details) ?? undefined,
      } satisfies ConsentResult,
    }),
  };
}

/** Why the app gets no access; undefined if the person chose to allow it. @throws AppError for any other answer */
function denialOf(form: URLSearchParams): string | undefined {
  const [decision, ...others] = form.getAll('decision');
  if (others.length > 0) throw new AppError('invalid', 'Choose Allow or Deny, not both');
  if (decision === 'leave') return 'This app is not verified and has as many people as it may have';
  if (decision === 'wait') return 'An admin of this server has to allow this app first';
  if (decision !== 'allow' && decision !== 'deny') throw new AppError('invalid', 'Choose Allow or Deny');
  return decision === 'deny' ? 'The person said no' : undefined;
}

/**
 * The scopes that were ticked, and the end of the answer; undefined if the app's people are not asked for how long. "Read only"
 * holds whatever else is ticked. @throws AppError if the page asks for how long and the form does not say it
 */
function choicesOf(
  form: URLSearchParams,
  { unregistered }: Asked,
): { scopes: string[]; readOnly: boolean; endsAt?: Date | null } {
  const scopes = form.getAll('scope');
  if (!unregistered) return { scopes, readOnly: false };
  const duration = chosenDuration(form.getAll('duration'));
  if (!duration) throw new AppError('invalid', 'Choose one of the times for which the app may have access');
  return { scopes, readOnly: form.has('read_only'), endsAt: endOfConsent(duration, new Date()) };
}

/** Somebody may have verified the app, or disconnected it, since the question was first shown. */
async function isStillFull(
  db: Db,
  interaction: Interaction,
  { client, account }: Asked,
  maxPeople: number,
): Promise<boolean> {
  if (!wasFull(interaction.prompt) || client.verified || client.first_party) return false;
  return (await findConsentOrRoom(db, { accountId: account.id, clientId: client.clientId, maxPeople })).full;
}

function frameOf(interaction: Interaction, { client }: Asked, current: CurrentInteraction) {
  const address = `/interaction/${interaction.uid}`;
  return {
    csrf: current.csrfOf(interaction),
    action: `${address}/consent`,
    switchAction: `${address}/switch`,
    app: clientView(client),
  };
}

type Frame = ReturnType<typeof frameOf>;

function questionPage(frame: Frame, interaction: Interaction, asked: Asked, issuer: string, problem?: string): string {
  const { question, remembered, account } = asked;
  return consentPage({
    ...frame,
    required: question.required,
    optional: question.optional,
    ticked: question.ticked,
    ...(question.more && remembered
      ? { before: { granted: remembered.granted, refused: remembered.refused, since: remembered.updated_at } }
      : {}),
    keeps: (remembered?.granted.length ?? 0) > 0,
    account: { email: account.email },
    redirectUri: interaction.params.redirect_uri as string | undefined,
    issuer,
    lastsUntil: asked.client.grantTypeAllowed('refresh_token')
      ? new Date(Date.now() + familyLifetimeSeconds * 1000)
      : undefined,
    ...(asked.unregistered && { choices: choicesFor(asked) }),
    ...(asked.details && { projects: { asked: asked.details.map(({ identifier }) => identifier ?? '*') } }),
    ...(asked.changes && { changed: changedView(asked.changes) }),
    ...(problem !== undefined && { problem }),
  });
}

function choicesFor({ question, remembered, client }: Asked): ConsentChoices {
  return {
    readOnly: readOnlySwitch(question),
    durations: consentDurations,
    duration: suggestedDuration(remembered),
    ...(remembered && { until: remembered.ends_at }),
    whole: !question.more,
    renews: client.grantTypeAllowed('refresh_token'),
  };
}

function fullPage(frame: Frame, { account }: Asked, full: { limit: number; requestId: string }): string {
  return peopleLimitPage({ ...frame, email: account.email, ...full, time: new Date() });
}

function waitingPage(frame: Frame, { account }: Asked, requestId: string): string {
  return askAdminPage({ ...frame, email: account.email, requestId, time: new Date() });
}
