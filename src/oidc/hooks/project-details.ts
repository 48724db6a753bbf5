/**
 * Authorization details (RFC 9396): an app asks for some of a person's projects, and its tokens say which. The engine carries them
 * from the request to the tokens; the rules are in policy/project-details.
 */
import {
  type AccessToken,
  type AuthorizationCode,
  type AuthorizationDetail,
  type Client,
  type ClientCredentials,
  errors,
  type KoaContextWithOIDC,
  type RefreshToken,
} from 'oidc-provider';
import {
  covers,
  detailsInToken,
  meet,
  type ProjectDetails,
  projectLimits,
  projectType,
  readProjectDetails,
  scopesOf,
  withinScopes,
} from '../../policy/project-details.ts';
import { formatScope, isApiScope, parseScope } from '../../policy/scopes.ts';

/** The `richAuthorizationRequests` of the engine. */
export const projectDetails = {
  enabled: true,
  types: { [projectType]: { validate } },
  authorizationDetailsForGrantSource: ({ oidc }: KoaContextWithOIDC) => oidc.entities.Grant?.rar,
  authorizationDetailsForAccessToken: detailsOfToken,
  authorizationDetailsForIntrospection: (_ctx: KoaContextWithOIDC, token: { rar?: AuthorizationDetail[] }) => token.rar,
};

/** What a request asks for; undefined if it names no projects. @throws InvalidAuthorizationDetails */
export function askedDetails(params: { authorization_details?: unknown } | undefined): ProjectDetails | undefined {
  const text = params?.authorization_details;
  if (typeof text !== 'string') return undefined;
  const read = readProjectDetails(text);
  if ('problem' in read) throw new errors.InvalidAuthorizationDetails(read.problem);
  return read.details;
}

/** The engine's own form of what `makeGrant` put into a grant, or the adapter into a code or refresh token. */
export function detailsOf(rar: readonly AuthorizationDetail[] | undefined): ProjectDetails | undefined {
  return rar as ProjectDetails | undefined;
}

export function engineDetails(details: ProjectDetails): AuthorizationDetail[] {
  return details.map((detail) => ({ ...detail }));
}

/** The engine calls it for each of the details; they are judged together, with the first. */
function validate(ctx: KoaContextWithOIDC, _detail: AuthorizationDetail, client: Client): void {
  if (judged.has(ctx)) return;
  judged.add(ctx);
  const asked = askedDetails(ctx.oidc.params);
  if (!asked || ctx.oidc.route === 'token') return;
  const actions = scopesOf(asked);
  const beyond = actions.filter((scope) => !parseScope(client.scope).includes(scope));
  if (beyond.length > 0)
    throw new errors.InvalidAuthorizationDetails(`this client may not ask for ${formatScope(beyond)}`);
  const unnamed = parseScope(ctx.oidc.params?.scope as string | undefined)
    .filter(isApiScope)
    .filter((scope) => !actions.includes(scope));
  if (unnamed.length > 0)
    throw new errors.InvalidAuthorizationDetails(
      `scope has ${formatScope(unnamed)}, which no object of authorization_details has among its actions`,
    );
}

const judged = new WeakSet<object>();

/** Puts the actions of the details into the scope of an authorization request, so that the person is asked for them. */
export function addActionsToScope(params: { scope?: string; authorization_details?: unknown }): void {
  const asked = askedDetails(params);
  if (!asked) return;
  params.scope = formatScope([...new Set([...parseScope(params.scope), ...scopesOf(asked)])]);
}

/**
 * A request for a token may name some of what was granted (§6). Call it before anything is spent.
 * @throws InvalidAuthorizationDetails if it names more, InvalidScope if what it names leaves nothing of the scope
 */
export function refuseForeignDetails(
  { oidc }: KoaContextWithOIDC,
  { rar, scope }: Pick<AuthorizationCode | RefreshToken, 'rar' | 'scope'>,
): void {
  const asked = askedDetails(oidc.params);
  const details = narrowedDetails(detailsOf(rar), asked);
  if (details && asked) limitedScope(details, (oidc.params?.scope as string | undefined) ?? scope);
}

/** `limitScope`. @throws InvalidScope if no scope of the API is left of those that were asked for */
export function limitedScope(details: ProjectDetails, scope: string | undefined): ReturnType<typeof limitScope> {
  const limited = limitScope(details, scope);
  if (parseScope(scope).some(isApiScope) && !parseScope(limited.scope).some(isApiScope))
    throw new errors.InvalidScope('no project of authorization_details has this scope among its actions', scope ?? '');
  return limited;
}

/** @throws InvalidAuthorizationDetails */
export function narrowedDetails(
  granted: ProjectDetails | undefined,
  asked: ProjectDetails | undefined,
): ProjectDetails | undefined {
  if (!asked) return granted;
  if (!covers(granted, asked))
    throw new errors.InvalidAuthorizationDetails('authorization_details names more than was granted');
  // The grant has the list that a token has no room for, and this would be another one.
  if (detailsInToken(asked, '') !== asked && !covers(asked, granted))
    throw new errors.InvalidAuthorizationDetails(
      `a token that has only some of the granted projects can name at most ${projectLimits.inToken}`,
    );
  return meet(granted, asked);
}

/** The details of a new token, whose scope loses what no detail names. Nothing is limited, if nothing was. */
function detailsOfToken(
  { oidc }: KoaContextWithOIDC,
  token: AccessToken | ClientCredentials,
  source: { readonly rar?: AuthorizationDetail[] | undefined } | undefined,
): AuthorizationDetail[] | undefined {
  if (!source)
    throw new errors.InvalidAuthorizationDetails('a client that acts for itself has no projects of a person');
  const details = narrowedDetails(detailsOf(source.rar), askedDetails(oidc.params));
  if (!details) return undefined;
  const limited = limitScope(details, token.scope);
  token.scope = limited.scope;
  return engineDetails(limited.details);
}

/** Details and a scope, each without what the other does not name: a scope that is left has at least one project. */
function limitScope(details: ProjectDetails, scope: string | undefined): { details: ProjectDetails; scope: string } {
  const named = scopesOf(details);
  const left = parseScope(scope).filter((one) => !isApiScope(one) || named.includes(one));
  return { details: withinScopes(details, left), scope: formatScope(left) };
}

/**
 * The engine's `formats.customizers.jwt`: an access token has no room for a long list. `limited` is for programs that compare single
 * claims and cannot read a list of objects, such as Apache's mod_auth_openidc: they refuse a token that has it.
 */
export function shortenDetails(
  _ctx: KoaContextWithOIDC,
  token: AccessToken | ClientCredentials,
  { payload }: { payload: Record<string, unknown> },
): void | Promise<void> {
  const details = payload.authorization_details as ProjectDetails | undefined;
  if (!details || !('grantId' in token)) return;
  payload.authorization_details = detailsInToken(details, String(token.grantId));
  payload.limited = 'projects';
}
