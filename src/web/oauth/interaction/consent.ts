/** The consent page of an authorization request, and the page that replaces it when the app is at its user limit. */
import type Router from '@koa/router';
import type { Context } from 'koa';
import { m } from '../../../../views/messages/index.ts';
import { findProjectsScript, searchesItself } from '../../../../views/project-picker.ts';
import { AppError } from '../../../errors.ts';
import { endOfDevice } from '../../../oidc/device-code.ts';
import type { ConsentResult } from '../../../oidc/hooks/grants.ts';
import { wasFull } from '../../../oidc/hooks/prompts.ts';
import { rememberConsent } from '../../../operations/consents.ts';
import {
  type ConsentDecision,
  consentDecision,
  heldToAnswer,
  mergedConsent,
  type Remembered,
} from '../../../policy/consent.ts';
import { chosenDuration, endOfConsent } from '../../../policy/consent-duration.ts';
import { detailsAfter, type ProjectChoice, withProjectsOnly } from '../../../policy/consented-projects.ts';
import { contentSecurityPolicy } from '../../../policy/content-security.ts';
import type { ProjectDetails } from '../../../policy/project-details.ts';
import { maxChosenProjects } from '../../../policy/project-list.ts';
import { type Consent, findConsentOrRoom } from '../../../store/consents.ts';
import type { Db } from '../../../store/database.ts';
import { noteRequest } from '../../../store/third-party.ts';
import type { WebDeps } from '../../deps.ts';
import { actorOf } from '../../http/actor.ts';
import { searches } from '../../http/forms.ts';
import { seeOther } from '../../http/see-other.ts';
import { type Again, frameOf, fullPage, questionPage, waitingPage } from './consent-pages.ts';
import type { CurrentInteraction, Interaction } from './current.ts';
import { hasNoneOfThem, type ProjectStep, projectStep } from './projects.ts';
import { type Asked, askedOf } from './question.ts';

const withFindScript = contentSecurityPolicy(findProjectsScript);

export type ConsentPage = (ctx: Context, interaction: Interaction) => Promise<void>;

/** Adds the route of the form; returns the function that shows the page. */
export function consentStep(router: Router, page: string, current: CurrentInteraction, deps: WebDeps): ConsentPage {
  const { db, config } = deps;
  const maxPeople = config.unverifiedPeopleLimit;
  const ask = async (interaction: Interaction) => askedOf(interaction, await current.clientOf(interaction));
  const refuse = (ctx: Context, why: string) => current.finish(ctx, { error: 'access_denied', error_description: why });
  const showFull = async (ctx: Context, interaction: Interaction, asked: Asked) => {
    ctx.status = 403;
    ctx.body = await fullPage(frameOf(interaction, asked, current), asked, {
      limit: maxPeople,
      requestId: ctx.state.requestId,
    });
  };
  const showWaiting = async (ctx: Context, interaction: Interaction, asked: Asked) => {
    await noteRequest(db, asked.client.clientId, asked.account.id);
    ctx.status = 403;
    ctx.body = await waitingPage(frameOf(interaction, asked, current), asked, String(ctx.state.requestId));
  };

  const projects = projectStep(deps);
  const showQuestion = questionShower(projects, { current, issuer: config.issuer, refuse });

  router.post(`${page}/consent`, async (ctx) => {
    const sent = await current.submission(ctx);
    if (!sent) return;
    const { interaction, form } = sent;
    if (interaction.prompt.name !== 'consent') return seeOther(ctx, `/interaction/${interaction.uid}`);
    // The client as it is now decides, not the cached one: even a denial is sent only to an address that is still
    // registered.
    await current.renewClient(interaction);
    const isSearch = searches(form);
    const denial = isSearch ? undefined : denialOf(form);
    if (denial) return refuse(ctx, denial);
    const asked = await ask(interaction);
    if (mustWait(asked)) return showWaiting(ctx, interaction, asked);
    const { question, requested } = asked;
    const chosen = await projects.read(form, asked);
    if (asked.outlived && !form.has('whole'))
      return showQuestion(ctx, interaction, asked, { chosen, problem: m().consentChoices.outlived });
    if (isSearch) return showQuestion(ctx, interaction, asked, { form, chosen });
    const choice = await projects.decide(interaction, asked, chosen);
    if (typeof choice === 'string') return showQuestion(ctx, interaction, asked, { form, chosen, problem: choice });
    const { scopes, readOnly, endsAt } = choicesOf(form, asked);
    const allowed = consentDecision(question, scopes, requested, { readOnly, remembered: asked.remembered });
    if (!allowed) return refuse(ctx, 'The person ticked none of the permissions, all of which are optional');
    const answer = answerOrProblem(asked, allowed, { endsAt, choice });
    if (typeof answer === 'string') return showQuestion(ctx, interaction, asked, { form, chosen, problem: answer });
    if (await save(ctx, { current, db, maxPeople, interaction }, answer)) return;
    await current.refuseAnotherRevision(interaction, asked.client);
    await showFull(ctx, interaction, asked);
  });

  return async (ctx, interaction) => {
    const asked = await ask(interaction);
    if (mustWait(asked)) await showWaiting(ctx, interaction, asked);
    else if (await isStillFull(db, interaction, asked, maxPeople)) await showFull(ctx, interaction, asked);
    else await showQuestion(ctx, interaction, asked);
  };
}

/** Whether an admin has to allow the app before people may. */
const mustWait = ({ client }: Asked): boolean => client.third_party_policy === 'ask';

/** Stores an answer and sends the browser back to the engine. Returns false if the app may not have more people. */
async function save(
  ctx: Context,
  {
    current,
    db,
    maxPeople,
    interaction,
  }: { current: CurrentInteraction; db: Db; maxPeople: number; interaction: Interaction },
  { answer, resultWith, expected }: ReturnType<typeof answerOf> & { expected: Remembered },
): Promise<boolean> {
  // What is allowed for a device is not remembered if the device gets nothing of it.
  const end = interaction.deviceCode && (await endOfDevice(db, interaction.deviceCode));
  if (end) {
    seeOther(ctx, end);
    return true;
  }
  const actor = actorOf(ctx, `account:${answer.accountId}`);
  const { write, leave } = await current.prepare(ctx, resultWith(expected), { mergeWithLastSubmission: true });
  const note = { interaction: write, ...expected };
  const remembered = await rememberConsent(db, answer, { maxPeople, actor, note });
  if (remembered?.noted) leave();
  else if (remembered) await current.finish(ctx, resultWith(remembered), { mergeWithLastSubmission: true });
  return remembered !== undefined;
}

/** What is stored of an answer, and what the engine is told of it. */
function answerOf(
  { account, client, remembered: before, details: asked }: Asked,
  { granted, refused, leftOut }: ConsentDecision,
  { endsAt, choice }: { endsAt: Date | null | undefined; choice: ProjectChoice | undefined },
) {
  // No page asks for projects for an app of VibeCaaS itself, and nothing of it is limited for longer than one request.
  const detailsOf = (seen: Consent | undefined) =>
    client.first_party ? undefined : detailsAfter({ before: seen, asked, granted, choice });
  const details = detailsOf(before);
  const { clientId, pin, revision } = client;
  const who = { accountId: account.id };
  return {
    answer: { ...who, clientId, granted, refused, endsAt, details, detailsOf, clientRevision: pin && revision },
    resultWith: (remembered: Remembered & { readonly details?: ProjectDetails | null }) => ({
      consent: {
        ...who,
        remembered: heldToAnswer(remembered, leftOut),
        pin,
        endsAt: endsAt?.getTime() ?? null,
        details:
          [remembered.details, details, before?.authorization_details].find((one) => one !== undefined) ?? undefined,
      } satisfies ConsentResult,
    }),
  };
}

/** What is stored of an answer and what the engine is told of it, or what is wrong with its projects. */
function answerOrProblem(
  asked: Asked,
  allowed: ConsentDecision,
  choices: { endsAt: Date | null | undefined; choice: ProjectChoice | undefined },
) {
  const { remembered: before, details } = asked;
  const decision = withProjectsOnly(allowed, { before, asked: details, choice: choices.choice });
  if (!decision) return m().consentProjects.noneFor;
  const made = answerOf(asked, decision, choices);
  // Others may be given at this moment, so the limit is not exact.
  const tooMany = (made.answer.details?.length ?? 0) > maxChosenProjects;
  if (tooMany) return m().consentProjects.tooManyInAll(maxChosenProjects);
  return { ...made, expected: mergedConsent(before, decision) };
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

interface Showing {
  readonly current: CurrentInteraction;
  readonly issuer: string;
  readonly refuse: (ctx: Context, why: string) => Promise<void>;
}

function questionShower(projects: ProjectStep, { current, issuer, refuse }: Showing) {
  return async (ctx: Context, interaction: Interaction, asked: Asked, again?: Again): Promise<void> => {
    const shown = await projects.show(interaction, asked, again?.chosen);
    if (hasNoneOfThem(shown)) return refuse(ctx, 'None of the projects that the app asks for is the person’s');
    if (again?.problem !== undefined) ctx.status = 422;
    if (shown?.kind === 'any' && searchesItself(shown)) ctx.set('Content-Security-Policy', withFindScript);
    ctx.body = await questionPage(frameOf(interaction, asked, current), interaction, asked, {
      issuer,
      projects: shown,
      again,
    });
  };
}
