/**
 * Gives refresh tokens our own form (see refresh-token). The successor of a token is always the same, even for requests
 * at the same moment. By itself the engine gives every token that it saves a new random id.
 */
import { Provider } from 'oidc-provider';
import type { RefreshTokens } from '../refresh-token.ts';

export function nameRefreshTokens(provider: Provider, refreshTokens: RefreshTokens): void {
  const { prototype } = provider.RefreshToken;
  prototype.generateTokenId = () => {
    const rotated = Provider.ctx?.oidc.entities.RotatedRefreshToken;
    return rotated ? refreshTokens.successor(rotated.jti) : refreshTokens.first();
  };
}
