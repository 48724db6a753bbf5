/** What tokens and UserInfo say of an account, and what access tokens carry besides RFC 9068. */
import type { AccessToken, Account, ClientCredentials, FindAccount, KoaContextWithOIDC } from 'oidc-provider';
import { type AccountFacts, findActiveAccount } from '../../store/account-facts.ts';
import type { Db } from '../../store/database.ts';
import { requestContext } from '../request-context.ts';

/** Which claims each OIDC scope gives (OpenID Connect Core §5.4). */
export const claimsOfScopes = { openid: ['sub'], profile: ['name'], email: ['email'] };

/** The engine's account: undefined when it is gone or suspended. */
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

export function accountClaims(facts: AccountFacts): { sub: string; name: string; email: string } {
  return { sub: facts.id, name: facts.name, email: facts.email };
}

/**
 * `gid` names the grant, so that a gateway refuses all of its tokens at once; an identifier and no secret. `tier` lets
 * it limit without a lookup; a change reaches it with the next refresh.
 */
export async function extraTokenClaims(ctx: KoaContextWithOIDC, token: AccessToken | ClientCredentials) {
  if (token.kind !== 'AccessToken') return undefined;
  return { gid: token.grantId, tier: ctx.oidc.entities.Account?.tier };
}
