/**
 * Refuses a client that asks for a grant type it is not registered for with `unauthorized_client` (RFC 6749 §5.2). The
 * engine says `invalid_request`, which makes developers look for a mistake in the request. (§4.1.2.1 has the same error
 * for response types, but a client that may not use `code` has no redirect URI either, and gets a page.)
 */
import { errors, Provider } from 'oidc-provider';
import { deviceGrantType } from '../../policy/device-codes.ts';

export function nameUnauthorizedClients(provider: Provider): void {
  const { prototype } = provider.Client;
  const { grantTypeAllowed } = prototype;
  prototype.grantTypeAllowed = function (type) {
    if (grantTypeAllowed.call(this, type)) return true;
    // Other routes call it only to learn the answer.
    const { route, params } = Provider.ctx?.oidc ?? {};
    const asks = route === 'token' ? params?.grant_type : route === 'device_authorization' && deviceGrantType;
    if (asks === type) {
      throw new errors.UnauthorizedClient('this client is not registered for the requested grant type');
    }
    return false;
  };
}
