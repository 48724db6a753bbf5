/**
 * Gives ID tokens the `sid` of OpenID Connect Back-Channel Logout 1.0, §2.1. The engine makes a random value for each session and
 * client and keeps it in the session, where two authorizations at the same moment overwrite one another's, and where the
 * statement that ends a session cannot read it. Here it follows from both. The engine's own feature is off: it would send logout
 * tokens while the person waits, once, and only for one of the ways in which a session ends.
 */
import type { Provider } from 'oidc-provider';
import { sidOf } from '../../policy/backchannel-logout.ts';

export function nameSessions(provider: Provider): void {
  provider.Session.prototype.sidFor = function (clientId) {
    return sidOf(this.uid, clientId);
  };
  provider.Client.prototype.includeSid = function () {
    return this.sid_in_id_tokens;
  };
}
