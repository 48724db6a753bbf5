/**
 * Gives refresh tokens our own form (see refresh-token). After a rotation, the statement that rotated has decided which
 * token is next: it is the same for requests at the same moment. By itself the engine gives every token that it saves a new
 * random id.
 */
import type { Provider } from 'oidc-provider';
import type { RefreshTokens } from '../../operations/refresh-token.ts';
import { requestContext } from '../request-context.ts';

export function nameRefreshTokens(provider: Provider, refreshTokens: RefreshTokens): void {
  const { prototype } = provider.RefreshToken;
  prototype.generateTokenId = () => {
    const { refresh } = requestContext().outcome;
    return refresh?.issued ? refreshTokens.at(refresh.token.handle, refresh.issued) : refreshTokens.first();
  };
}
