/**
 * The actor of the engine's current request, and the reason for which the request would end a family, both for the
 * audit log.
 */
import { Provider } from 'oidc-provider';
import type { Actor } from '../operations/actor.ts';
import type { FamilyEnd } from '../operations/end-family.ts';
import { deviceGrantType } from '../policy/device-codes.ts';

export function requestActor(): { actor: Actor; reason: FamilyEnd } {
  const ctx = Provider.ctx;
  const client = ctx?.oidc.client;
  const requestId = ctx?.state?.requestId as string | undefined;
  return {
    actor: {
      id: client ? `client:${client.clientId}` : 'system',
      ...(requestId ? { requestId } : {}),
      ...(ctx ? { ip: ctx.ip } : {}),
    },
    reason: reasonOf(ctx?.oidc.route, ctx?.oidc.params?.grant_type),
  };
}

function reasonOf(route: string | undefined, grantType: unknown): FamilyEnd {
  if (route === 'revocation') return 'refresh_token.revoked';
  if (grantType === deviceGrantType) return 'device_code.reused';
  return grantType === 'authorization_code' ? 'authorization_code.reused' : 'refresh_token.reused';
}
