/**
 * Gives refresh tokens our own form (see refresh-token). After a rotation, the statement that rotated has decided which
 * token is next: it is the same for requests at the same moment. By itself the engine gives every token that it saves a new
 * random id.
 */
import type { Provider } from 'oidc-provider';
import type { RefreshTokens } from '../../operations/refresh-token.ts';
import { requestContext } from '../request-context.ts';

/** `namesAccounts`: the database is distributed by account, so tokens of new families name theirs. */
export function nameRefreshTokens(provider: Provider, refreshTokens: RefreshTokens, namesAccounts: boolean): void {
  const { prototype } = provider.RefreshToken;
  prototype.generateTokenId = function () {
    const { refresh } = requestContext().outcome;
    if (refresh?.issued) return refreshTokens.at(refresh.token.handle, refresh.issued);
    return refreshTokens.first(namesAccounts ? this.accountId : undefined);
  };
}
