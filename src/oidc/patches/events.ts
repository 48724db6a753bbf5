/** The engine's events, where we need them: the error that ended a request is kept on its context. */
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';

const errorEvents = [
  'authorization.error',
  'grant.error',
  'revocation.error',
  'introspection.error',
  'pushed_authorization_request.error',
  'userinfo.error',
  'discovery.error',
  'jwks.error',
  'end_session.error',
  'end_session_confirm.error',
  'end_session_success.error',
  'server_error',
] as const;

/** What the engine raised: its code, what the client may know, and what only the log may. */
export interface EngineError extends Error {
  readonly error?: string;
  readonly error_description?: string;
  readonly error_detail?: string;
  readonly statusCode?: number;
}

export function observeErrors(provider: Provider): void {
  for (const event of errorEvents) {
    provider.on(event as 'server_error', (ctx: KoaContextWithOIDC, error: Error) => {
      ctx.state.engineError = error;
    });
  }
}
