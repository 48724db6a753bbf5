/** What tokens and UserInfo say of an account, and what access tokens carry besides RFC 9068. */
import type { Account, FindAccount, KoaContextWithOIDC } from 'oidc-provider';
import { formatPosition } from '../../policy/refresh.ts';
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

function engineAccount(facts: AccountFacts): Account & { tier: string } {
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
 * it limit without a lookup; a change reaches it with the next refresh. `rot` says with which refresh token of the grant
 * the token was issued: using one shows that the answer arrived.
 */
export async function extraTokenClaims(ctx: KoaContextWithOIDC, token: { kind: string; grantId?: string }) {
  if (token.kind !== 'AccessToken') return undefined;
  const account = ctx.oidc.entities.Account as { tier?: string } | undefined;
  const issued = requestContext().outcome.refresh?.issued;
  return { gid: token.grantId, tier: account?.tier, ...(issued && { rot: formatPosition(issued) }) };
}
