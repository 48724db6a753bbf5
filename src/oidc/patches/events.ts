/** The engine's errors: the one that ended a request is kept on its context. */
import { errors, type KoaContextWithOIDC, type Provider } from 'oidc-provider';

/** Of every endpoint that is turned on. */
export const errorEvents = [
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

/** Whether an interaction is over, expired, or of another browser: to the engine there is none. */
export function isInteractionOver(error: unknown): boolean {
  return error instanceof errors.SessionNotFound;
}

export function keepErrors(provider: Provider): void {
  for (const event of errorEvents) {
    provider.on(event as 'server_error', (ctx: KoaContextWithOIDC, error: Error) => {
      ctx.state.engineError = error;
    });
  }
}
