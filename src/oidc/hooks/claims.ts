/** The claims about an account in tokens and UserInfo, and the claims of access tokens beyond RFC 9068. */
import type { AccessToken, Account, Client, ClientCredentials, FindAccount, KoaContextWithOIDC } from 'oidc-provider';
import { trustName } from '../../policy/client/trust.ts';
import { formatPosition } from '../../policy/refresh.ts';
import { type AccountFacts, findActiveAccount } from '../../store/account-facts.ts';
import type { Db } from '../../store/database.ts';
import { requestContext } from '../request-context.ts';

/**
 * The claims that each OIDC scope gives (OpenID Connect Core §5.4). How and when the person signed in is in every ID token, and
 * not only where a request asks for it.
 */
export const claimsOfScopes = {
  openid: ['sub', 'acr', 'amr', 'auth_time'],
  profile: ['name'],
  email: ['email', 'email_verified'],
};

/** Finds the engine's account; undefined if the account is gone or suspended. */
export function findAccount(db: Db): FindAccount {
  return async (_ctx, id) => {
    const facts = requestContext().cache.accounts.get(id) ?? (await findActiveAccount(db, id));
    return facts && engineAccount(facts);
  };
}

function engineAccount(facts: AccountFacts): Account {
  return {
    accountId: facts.id,
    tier: facts.tier,
    claims: async () => accountClaims(facts),
  };
}

type AccountClaims = { sub: string; name: string; email: string; email_verified: boolean };

/** An address counts as verified when somebody with access to its mailbox has confirmed it, whoever made the account. */
export function accountClaims(facts: AccountFacts): AccountClaims {
  return { sub: facts.id, name: facts.name, email: facts.email, email_verified: facts.email_verified };
}

/**
 * `gid` names the grant, so that a gateway can refuse all of its tokens at once. It is an identifier, not a secret.
 * With `tier` a gateway can apply limits without a lookup; a new tier takes effect with the next refresh. `rot` is
 * the position of the refresh token that the token was issued with: its use shows that the response arrived. `acr`,
 * `amr` and `auth_time` (RFC 9068 §2.2.1, RFC 9470 §6) are those of the authorization: code and family keep them, so that a refresh
 * does not make a sign-in look newer.
 */
export async function extraTokenClaims(ctx: KoaContextWithOIDC, token: AccessToken | ClientCredentials) {
  if (token.kind !== 'AccessToken') return trustOf(ctx.oidc.client);
  const { exchanged, refresh } = requestContext().outcome;
  if (exchanged) return exchanged;
  const issued = refresh?.issued;
  const position = issued && { rot: formatPosition(issued) };
  const { Account: account, AuthorizationCode: code, DeviceCode: device, RefreshToken: family } = ctx.oidc.entities;
  const signIn = code ?? device ?? family;
  const signedIn = { acr: signIn?.acr, amr: signIn?.amr, auth_time: signIn?.authTime };
  return { gid: token.grantId, tier: account?.tier, ...signedIn, ...position };
}

/** A client that proves itself by keys or by its platform loses its tokens with these. */
function trustOf(client: Client | undefined) {
  if (client?.clientAuthMethod !== 'private_key_jwt') return undefined;
  return { derived_from: [trustName(client.clientId, client.trust_epoch)] };
}
