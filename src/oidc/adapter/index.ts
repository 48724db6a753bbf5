/** The engine's storage: one adapter for each model, most in a file of its own. Access tokens are JWTs and never stored. */
import type { Adapter } from 'oidc-provider';
import { artifactAdapter } from './artifacts.ts';
import { authorizationCodeAdapter } from './authorization-codes.ts';
import type { AdapterDeps } from './deps.ts';
import { deviceCodeAdapter } from './device-codes.ts';
import { grantAdapter } from './grants.ts';
import { interactionAdapter } from './interactions.ts';
import { modelAdapter } from './model-adapter.ts';
import { refreshTokenAdapter } from './refresh-tokens.ts';
import { sessionAdapter } from './sessions.ts';

/** Returns the factory that the engine calls once for each model. */
export function createAdapter(deps: AdapterDeps): (model: string) => Adapter {
  return (model) => {
    switch (model) {
      case 'Client':
        return modelAdapter(model, { find: (id) => deps.clients.find(id) });
      case 'Session':
        return sessionAdapter(deps);
      case 'Interaction':
        return interactionAdapter(deps);
      case 'Grant':
        return grantAdapter(deps);
      case 'AuthorizationCode':
        return authorizationCodeAdapter(deps);
      case 'DeviceCode':
        return deviceCodeAdapter(deps);
      case 'RefreshToken':
        return refreshTokenAdapter(deps);
      case 'AccessToken':
      case 'ClientCredentials':
        return modelAdapter(model, { find: async () => undefined, revokeByGrantId: async () => {} });
      default:
        return artifactAdapter(model, deps);
    }
  };
}
