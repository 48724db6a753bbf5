/** Keeps the engine's error that ended a request on the context of the request. */
import { errors, type KoaContextWithOIDC, type Provider } from 'oidc-provider';

/** The error events of every endpoint that is turned on. */
export const errorEvents = [
  'authorization.error',
  'grant.error',
  'revocation.error',
  'introspection.error',
  'pushed_authorization_request.error',
  'device_authorization.error',
  'code_verification.error',
  'device_resume.error',
  'userinfo.error',
  'discovery.error',
  'jwks.error',
  'end_session.error',
  'end_session_confirm.error',
  'end_session_success.error',
  'server_error',
] as const;

/** An error of the engine: its code, the text for the client, and the detail for the log only. */
export interface EngineError extends Error {
  readonly error?: string;
  readonly error_description?: string;
  readonly error_detail?: string;
  readonly statusCode?: number;
}

/**
 * Whether an interaction is over, has expired, or belongs to another browser. The engine finds none in all three cases.
 */
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
