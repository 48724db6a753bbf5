/**
 * The sign-in and consent pages of an authorization request: the only way in from the engine, and back to it. Each
 * page is bound to its interaction by a cookie that only this path sees; each form carries its own anti-forgery value.
 */
import Router from '@koa/router';
import type { Context } from 'koa';
import type { Client, Provider } from 'oidc-provider';
import { consentPage } from '../../views/consent.ts';
import { peopleLimitPage } from '../../views/people-limit.ts';
import { signInPage } from '../../views/sign-in.ts';
import { AppError } from '../errors.ts';
import { appView } from '../oidc/app-view.ts';
import type { ConsentResult } from '../oidc/grants.ts';
import { memo } from '../oidc/memo.ts';
import { rememberedOf, wasFull } from '../oidc/prompts.ts';
import { rememberConsent } from '../operations/consents.ts';
import { type ConsentQuestion, consentDecision, consentQuestion } from '../policy/consent.ts';
import { familyLifetime } from '../policy/refresh.ts';
import { parseScope } from '../policy/scopes.ts';
import type { AccountFacts } from '../store/account-facts.ts';
import { type Consent, findConsentOrRoom } from '../store/consents.ts';
import { createAnswers } from './answers.ts';
import { checkCredentials, type SignInAgain } from './credentials.ts';
import type { WebDeps } from './deps.ts';
import { field, readForm } from './forms.ts';
import { seeOther } from './see-other.ts';
import { endSession } from './session.ts';

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

export function interactionRoutes(deps: WebDeps): Router {
  const { db, csrf } = deps;
  const most = deps.config.unverifiedPeopleLimit;
  const answers = createAnswers();
  const router = new Router();
  const page = '/interaction/:uid';

  router.get('/oauth/authorize/:uid', answers.watch);

  router.get(page, async (ctx) => {
    const interaction = await load(ctx);
    if (interaction.prompt.name === 'login') ctx.body = await signIn(interaction);
    else if (await isStillFull(interaction)) await showPeopleLimit(ctx, interaction);
    else ctx.body = await consent(interaction);
  });

  router.post(`${page}/sign-in`, async (ctx) => {
    const sent = await submission(ctx);
    if (!sent) return;
    const { interaction, form } = sent;
    if (interaction.prompt.name !== 'login') return seeOther(ctx, `/interaction/${interaction.uid}`);
    const result = await checkCredentials(ctx, deps, form);
    if ('again' in result) {
      ctx.body = await signIn(interaction, result.again);
      return;
    }
    const { person } = result;
    const verifiedAt = person.verifiedAt.getTime() / 1000;
    const login = { accountId: person.account.id, ts: Math.floor(verifiedAt), amr: ['pwd'], verifiedAt };
    await finish(ctx, { login }, { mergeWithLastSubmission: false });
  });

  router.post(`${page}/consent`, async (ctx) => {
    const sent = await submission(ctx);
    if (!sent) return;
    const { interaction, form } = sent;
    if (interaction.prompt.name !== 'consent') return seeOther(ctx, `/interaction/${interaction.uid}`);
    const decision = field(form, 'decision');
    if (decision === 'leave') return finish(ctx, { error: 'access_denied', error_description: peopleLimitReached });
    if (decision !== 'allow' && decision !== 'deny') throw new AppError('invalid', 'Choose Allow or Deny');
    const { question, requested, account, client } = await ask(interaction);
    const allowed = decision === 'allow' ? consentDecision(question, form.getAll('scope'), requested) : undefined;
    if (!allowed) return finish(ctx, { error: 'access_denied', error_description: 'The person said no' });
    const actor = { id: `account:${account.id}`, requestId: ctx.state.requestId as string };
    const answer = { accountId: account.id, clientId: client.clientId, ...allowed };
    const remembered = await rememberConsent(db, answer, { most, actor });
    if (!remembered) return showPeopleLimit(ctx, interaction);
    const consent: ConsentResult = { accountId: account.id, remembered };
    await finish(ctx, { consent }, { mergeWithLastSubmission: true });
  });

  /** "Not you?": ends this session and asks the same request again. */
  router.post(`${page}/switch`, async (ctx) => {
    const sent = await submission(ctx);
    if (!sent) return;
    const { interaction } = sent;
    await endSession(ctx, deps.engine.provider());
    await interaction.destroy();
    const request = new URLSearchParams();
    for (const [name, value] of Object.entries(interaction.params)) {
      if (typeof value === 'string' && name !== 'id_token_hint') request.set(name, value);
    }
    seeOther(ctx, `/oauth/authorize?${request}`);
  });

  return router;

  /** A form of an interaction's page. One that was answered a moment ago is led where that answer led, and is over. */
  async function submission(ctx: Context): Promise<{ interaction: Interaction; form: URLSearchParams } | undefined> {
    const uid = ctx.params.uid as string;
    const form = await readForm(ctx);
    csrf.check(form, binding({ uid }));
    const answered = await answers.of(uid);
    if (!answered) return { interaction: await load(ctx), form };
    seeOther(ctx, answered);
    return undefined;
  }

  /** The interaction of this page, if it is this browser's and not over. */
  async function load(ctx: Context): Promise<Interaction> {
    const interaction = await deps.engine
      .provider()
      .interactionDetails(ctx.req, ctx.res)
      .catch((error: Error) => {
        if (error.constructor.name !== 'SessionNotFound') throw error;
        throw new AppError('expired', 'This page has had its time', { page: 'interaction' });
      });
    if (interaction.uid !== ctx.params.uid)
      throw new AppError('expired', 'This page has had its time', { page: 'interaction' });
    return interaction;
  }

  async function finish(ctx: Context, result: object, options?: { mergeWithLastSubmission: boolean }): Promise<void> {
    const provider = deps.engine.provider();
    seeOther(ctx, await provider.interactionResult(ctx.req, ctx.res, result as never, options));
  }

  async function clientOf(interaction: Interaction): Promise<Client> {
    const client = await deps.engine.provider().Client.find(interaction.params.client_id as string);
    if (!client) throw new AppError('expired', 'This app is not registered any more', { page: 'interaction' });
    return client;
  }

  async function signIn(interaction: Interaction, again: SignInAgain = {}): Promise<string> {
    const hint = interaction.params.login_hint;
    return signInPage({
      csrf: csrf.token(binding(interaction)),
      action: `/interaction/${interaction.uid}/sign-in`,
      app: appView(await clientOf(interaction)),
      ...(typeof hint === 'string' ? { email: hint } : {}),
      ...again,
    });
  }

  async function consent(interaction: Interaction): Promise<string> {
    const { question, remembered, account, client } = await ask(interaction);
    return consentPage({
      csrf: csrf.token(binding(interaction)),
      action: `/interaction/${interaction.uid}/consent`,
      switchAction: `/interaction/${interaction.uid}/switch`,
      app: appView(client),
      required: question.required,
      optional: question.optional,
      ticked: question.ticked,
      ...(question.more && remembered
        ? { before: { granted: remembered.granted, refused: remembered.refused, since: remembered.updated_at } }
        : {}),
      account: { name: account.name, email: account.email },
      redirectUri: interaction.params.redirect_uri as string,
      issuer: deps.config.issuer,
      lastsUntil: new Date(Date.now() + familyLifetime * 1000),
    });
  }

  /** Somebody may have verified the app, or disconnected it, since the question came up. */
  async function isStillFull(interaction: Interaction): Promise<boolean> {
    if (!wasFull(interaction.prompt)) return false;
    const { client, account } = await ask(interaction);
    if (client.verified || client.first_party) return false;
    return (await findConsentOrRoom(db, { accountId: account.id, clientId: client.clientId, most })).full;
  }

  async function showPeopleLimit(ctx: Context, interaction: Interaction): Promise<void> {
    const { client, account } = await ask(interaction);
    ctx.status = 403;
    ctx.body = peopleLimitPage({
      csrf: csrf.token(binding(interaction)),
      action: `/interaction/${interaction.uid}/consent`,
      switchAction: `/interaction/${interaction.uid}/switch`,
      app: appView(client),
      email: account.email,
      limit: most,
      requestId: ctx.state.requestId as string,
      time: new Date(),
    });
  }

  async function ask(interaction: Interaction): Promise<{
    question: ConsentQuestion;
    requested: string[];
    remembered: Consent | undefined;
    account: AccountFacts;
    client: Client;
  }> {
    const client = await clientOf(interaction);
    const account = memo().accounts.get(interaction.session?.accountId as string);
    if (!account) throw new AppError('expired', 'This page has had its time', { page: 'interaction' });
    const remembered = rememberedOf(interaction.prompt);
    const requested = parseScope(interaction.params.scope as string | undefined);
    const prompts = String(interaction.params.prompt ?? '').split(' ');
    const question = consentQuestion({
      requested,
      optionalOfClient: parseScope(client.optional_scope as string | undefined),
      remembered,
      everything: prompts.includes('consent') || client.applicationType === 'native',
    });
    return { question, requested, remembered, account, client };
  }
}

const peopleLimitReached = 'This app is not verified and has as many people as it may have';

/** What the forms of one interaction are bound to: its uid is known to this browser's cookie alone. */
function binding({ uid }: { uid: string }): string {
  return `interaction ${uid}`;
}
