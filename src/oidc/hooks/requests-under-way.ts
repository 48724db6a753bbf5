/**
 * Checks an authorization request under way against the client as it is now: when the browser returns from a page, and
 * again when the code is written.
 */
import { type Client, errors, Provider } from 'oidc-provider';
import { stillAllowed } from '../../policy/client/ceiling.ts';
import { keepsProfile } from '../../policy/client/profiles.ts';
import { deviceGrantType } from '../../policy/device-codes.ts';
import { requestContext } from '../request-context.ts';

interface Request {
  readonly redirect_uri?: string;
  readonly scope?: string;
  readonly default_scope?: string;
}

/** Returns the part of the request that its client could no longer ask for; undefined if it still could. */
export function whatIsGone(
  request: Request,
  client: Client,
  optional?: string | undefined,
): 'redirect_uri' | 'grant_type' | 'scope' | undefined {
  const { redirect_uri: redirectUri, scope, default_scope: defaults } = request;
  // Only the request of a device has none.
  const grantType = redirectUri === undefined ? deviceGrantType : 'authorization_code';
  if (!client.grantTypeAllowed(grantType)) return 'grant_type';
  if (redirectUri !== undefined && !client.redirectUriAllowed(redirectUri)) return 'redirect_uri';
  return stillAllowed({ scope, defaults, optional }, client) ? undefined : 'scope';
}

/** Whether the request began before its client got the profile fapi2. */
export function isUnpushed(client: Client, pushed: unknown): boolean {
  return keepsProfile(client) && !pushed;
}

/** @throws InvalidRequest; InvalidRedirectUri, which is shown on a page and never redirected; UnauthorizedClient; InvalidScope; AccessDenied */
export function refuseWhatChanged(client: Client): void {
  const request = (Provider.ctx?.oidc.params ?? {}) as Request;
  const { PushedAuthorizationRequest: pushed, Interaction: interaction } = Provider.ctx?.oidc.entities ?? {};
  if (request.redirect_uri !== undefined && isUnpushed(client, pushed !== undefined || interaction?.parJti))
    throw new errors.InvalidRequest('this app must push its authorization requests now (PAR)');
  const gone = whatIsGone(request, client);
  if (gone === 'redirect_uri') throw new errors.InvalidRedirectUri();
  if (gone === 'grant_type') {
    const way = request.redirect_uri === undefined ? 'a device' : 'a redirect';
    throw new errors.UnauthorizedClient(`this app may not ask by ${way} any more`);
  }
  if (gone === 'scope') throw new errors.InvalidScope('requested scope is not allowed any more', request.scope ?? '');
  // Nobody was asked because the app was first-party, and it no longer is.
  if (requestContext().outcome.unasked && !client.first_party)
    throw new errors.AccessDenied('this app has to ask the person first');
}
