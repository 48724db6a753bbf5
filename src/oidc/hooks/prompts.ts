/**
 * Decides when the engine asks the person, and adds remembered facts for the pages. The engine evaluates the policy
 * when a request arrives and again each time the browser returns, so a check also applies to the answer. The engine's
 * own checks of `id_token_hint` and `max_age` accept anybody who has just signed in, whoever it is and however long
 * they take afterwards; ours replace them. It has none of `acr_values`.
 */
import { decodeJwt } from 'jose';
import { errors, type Interaction, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { meets } from '../../policy/assurance.ts';
import { isTooOld, namesAnother } from '../../policy/hints.ts';
import { covers, withinScopes } from '../../policy/project-details.ts';
import { parseScope } from '../../policy/scopes.ts';
import { demandedAcr, requestedAcr } from '../../policy/second-step.ts';
import type { Consent } from '../../store/consents.ts';
import { requestContext } from '../request-context.ts';
import { askedDetails, detailsOf } from './project-details.ts';

const { Check, Prompt, base } = interactionPolicy;

/** The checks of the consent page that ask whatever the person has allowed already. */
const asksEachTime = ['consent_prompt', 'native_client_prompt', 'device_prompt'];

/**
 * Returns a function that says whether a page comes before the code, whatever the person has allowed: they have to sign in or
 * choose an account, or are asked for consent each time.
 */
export function pagesComeFirst(policy: interactionPolicy.DefaultPolicy) {
  const asks = asksEachTime.map((reason) => {
    const check = policy.get('consent')?.checks.get(reason);
    if (!check) throw new Error(`the consent page has no check ${reason}`);
    return check;
  });
  const checks = [...policy.flatMap((prompt) => (prompt.name === 'consent' ? [] : [...prompt.checks])), ...asks];
  return async (ctx: KoaContextWithOIDC): Promise<boolean> => {
    for (const { check } of checks) if (await check(ctx)) return true;
    return false;
  };
}

/** The part of an interaction that choosing an account adds. */
export interface AccountChoice {
  readonly accountId: string;
}

/** `everyone`: every sign-in needs two factors, whatever the request asks for. */
export function promptPolicy({ everyone }: { everyone: boolean }) {
  const policy = base();
  const [login, consent] = [policy.get('login'), policy.get('consent')];
  if (!login || !consent) throw new Error('the engine has no such prompt');
  for (const [reason, text, check] of [
    ['max_age', 'the sign-in is older than max_age', signedInTooLongAgo],
    [notWhoWasNamed, 'the person whom id_token_hint names is not signed in', isNotWhoWasNamed],
  ] as const) {
    login.checks.remove(reason);
    login.checks.add(new Check(reason, text, 'login_required', check));
  }
  login.checks.add(
    new Check(tooWeak, 'the sign-in is not of the level that is demanded', 'login_required', (ctx) =>
      signedInTooWeakly(ctx, everyone),
    ),
  );
  const choice = new Prompt({ name: 'select_account', requestable: true });
  // The engine's own check would also ask somebody who has just signed in.
  choice.checks.remove('select_account_prompt');
  choice.checks.add(
    new Check(
      'select_account_prompt',
      'the person has to choose an account',
      'account_selection_required',
      ({ oidc }) => oidc.prompts.has('select_account') && !hasChosen(oidc),
    ),
  );
  choice.checks.add(
    new Check('login_hint', 'the person whom login_hint names is not signed in', 'login_required', isNotWhoWasHinted),
  );
  // A device has no redirect URI that would prove which app asks. So the person always sees what they allow.
  consent.checks.add(
    new Check('device_prompt', 'a device asks each time', 'interaction_required', ({ oidc }) => {
      return oidc.entities.DeviceCode !== undefined && oidc.result?.consent === undefined;
    }),
  );
  consent.checks.add(
    new Check('third_party_policy', 'an admin has to allow this app first', 'consent_required', ({ oidc }) => {
      return oidc.client?.third_party_policy === 'ask';
    }),
  );
  // The engine asks each time.
  consent.checks.remove('rar_prompt');
  consent.checks.add(
    new Check('rar_prompt', 'the person has to allow these projects', 'consent_required', asksForOtherProjects),
  );
  policy.add(choice, 1);
  consent.details = async (ctx) => ({
    remembered: requestContext().cache.consent,
    full: requestContext().cache.full,
    optional: ctx.oidc.client?.optional_scope ?? '',
    pin: ctx.oidc.client?.pin,
  });
  return policy;
}

/** Somebody who has just answered may have allowed less. */
function asksForOtherProjects({ oidc }: KoaContextWithOIDC): boolean {
  const asked = askedDetails(oidc.params);
  if (!asked || oidc.result?.consent !== undefined) return false;
  const grant = oidc.entities.Grant;
  const granted = parseScope(grant?.openid?.scope);
  return !covers(detailsOf(grant?.rar), withinScopes(asked, granted));
}

type Oidc = KoaContextWithOIDC['oidc'];

const tooWeak = 'acr_values';
const notWhoWasNamed = 'id_token_hint';

/** Every way to sign in goes on until this is met, or gives the app an error. */
function signedInTooWeakly({ oidc }: KoaContextWithOIDC, everyone: boolean): boolean {
  const acrValues = oidc.params?.acr_values;
  if (!everyone && requestedAcr(acrValues) === undefined) return false;
  return !meets(oidc.session?.acr, demandedAcr({ everyone, acrValues }));
}

/** Whether the person who is signed in is asked again, and not for somebody else. */
export function asksAgain({ session, prompt }: Pick<Interaction, 'session' | 'prompt'>): boolean {
  return session !== undefined && prompt.name === 'login' && !prompt.reasons.includes(notWhoWasNamed);
}

/** Whether nothing else is wrong with the person's sign-in: it is theirs, and recent enough. */
export function onlyTooWeak({ reasons }: { readonly reasons: readonly string[] }): boolean {
  return reasons.length > 0 && reasons.every((reason) => reason === tooWeak);
}

function signedInTooLongAgo({ oidc }: KoaContextWithOIDC): boolean {
  const maxAge = oidc.params?.max_age;
  if (maxAge === undefined) return false;
  const signedInAt = oidc.session?.loginTs;
  if (signedInAt === undefined) return true;
  const justNow = oidc.result?.login !== undefined && oidc.entities.Interaction?.prompt.name === 'login';
  return isTooOld(Number(maxAge), { signedInAt, justNow, now: Math.floor(Date.now() / 1000) });
}

/** Asks the person to sign in. If somebody else signs in, the app gets `login_required` (§3.1.2.1). */
function isNotWhoWasNamed({ oidc }: KoaContextWithOIDC): boolean {
  const named = subjectOfHint(oidc);
  if (named === undefined || named === oidc.session?.accountId) return false;
  if (oidc.result?.login === undefined) return true;
  throw new errors.LoginRequired('somebody else signed in than id_token_hint names');
}

/** The engine verified the hint when the request arrived; since then the request was sealed. */
function subjectOfHint({ params }: Oidc): string | undefined {
  const hint = params?.id_token_hint;
  return typeof hint === 'string' ? decodeJwt(hint).sub : undefined;
}

function isNotWhoWasHinted({ oidc }: KoaContextWithOIDC): boolean {
  const hint = oidc.params?.login_hint;
  if (typeof hint !== 'string' || hasChosen(oidc)) return false;
  const account = requestContext().cache.accounts.get(oidc.session?.accountId as string);
  return account === undefined || namesAnother(hint, account);
}

/** Whether the person has said who they are during this request, by signing in or by choosing an account. */
function hasChosen({ result, session }: Oidc): boolean {
  const choice = result?.select_account as AccountChoice | undefined;
  return result?.login !== undefined || (choice !== undefined && choice.accountId === session?.accountId);
}

/**
 * Whether the app was at its user limit when the consent page was requested, and this account was not one of its users.
 */
export function wasFull(prompt: { details: Record<string, unknown> }): boolean {
  return prompt.details.full === true;
}

/** Returns the consent that was remembered when the consent page was requested, as the interaction keeps it. */
export function rememberedOf(prompt: { details: Record<string, unknown> }): Consent | undefined {
  const stored = prompt.details.remembered as
    | (Pick<Consent, 'granted' | 'refused' | 'authorization_details'> & {
        created_at: string;
        updated_at: string;
        ends_at?: string | null;
      })
    | undefined;
  if (!stored) return undefined;
  const { created_at: created, updated_at: updated, ends_at: end, ...scopes } = stored;
  return {
    ...scopes,
    created_at: new Date(created),
    updated_at: new Date(updated),
    ends_at: end ? new Date(end) : null,
  };
}

/** Whether the consent page is still about the same client. Most clients have no pin. */
export function isStillShown(
  prompt: { name?: string; details: Record<string, unknown> },
  { pin }: { pin?: string },
): boolean {
  return prompt.name !== 'consent' || prompt.details.pin === pin;
}

/** Returns the client's optional scopes when the consent page was requested; undefined for any other page. */
export function optionalOf(prompt: { details: Record<string, unknown> }): string | undefined {
  return prompt.details.optional as string | undefined;
}
