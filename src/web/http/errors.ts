/**
 * The only place where kinds of errors become answers: a page for a browser, JSON for everybody else. The log gets the
 * precise reason, the client the vague one.
 */
import type { Context, Next } from 'koa';
import { errorPage } from '../../../views/error.ts';
import { m } from '../../../views/messages/index.ts';
import { AppError, type ErrorKind } from '../../errors.ts';
import type { Logger } from '../../log/index.ts';
import { isBodyTooLarge } from '../../oidc/patches/large-body.ts';
import { isForPrograms } from '../../oidc/response-format.ts';
import { asDescription } from '../../policy/error-descriptions.ts';
import { isDeletedMeanwhile } from '../../store/accounts.ts';
import { isUnavailable } from '../../store/unavailable.ts';
import { allowEveryOrigin } from './cross-origin.ts';
import { textOf } from './error-texts.ts';

const statuses: Record<ErrorKind, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method: 405,
  conflict: 409,
  too_large: 413,
  expired: 410,
  throttled: 429,
  unavailable: 503,
};

const codes: Record<ErrorKind, string> = {
  invalid: 'invalid_request',
  unauthenticated: 'access_denied',
  forbidden: 'access_denied',
  not_found: 'not_found',
  method: 'invalid_request',
  conflict: 'invalid_request',
  too_large: 'invalid_request',
  expired: 'invalid_request',
  throttled: 'temporarily_unavailable',
  unavailable: 'temporarily_unavailable',
};

export function renderErrors(log: Logger) {
  return async (ctx: Context, next: Next): Promise<void> => {
    try {
      await next();
      if (ctx.status === 404 && ctx.body == null) answer(ctx, notFound);
      if (isUnavailable(ctx.state.engineError)) answer(ctx, unavailable);
      // The engine knows no errors but its own, and answers ours as 500.
      else if (isDeletedMeanwhile(ctx.state.engineError)) answer(ctx, deleted);
      else if (ctx.state.engineError instanceof AppError) answer(ctx, ctx.state.engineError);
      else if (isBodyTooLarge(ctx.state.engineError)) answer(ctx, tooLarge);
      else if (ctx.status === 500) answer(ctx, failed, 500);
      describePlainly(ctx);
    } catch (error) {
      const known = asAppError(error);
      if (isUnavailable(error)) ctx.state.unavailable = error;
      if (!known) log.error({ err: error, requestId: ctx.state.requestId }, 'unexpected error');
      answer(ctx, known ?? failed, known ? undefined : 500);
    }
  };
}

/**
 * Restricts the description of an error, by the engine or an endpoint of ours, to the characters that the RFC allows.
 */
function describePlainly(ctx: Context): void {
  const body = ctx.body as { error_description?: unknown } | null | undefined;
  if (typeof body !== 'object' || typeof body?.error_description !== 'string') return;
  const description = asDescription(body.error_description);
  if (description !== body.error_description) ctx.body = { ...body, error_description: description };
}

const notFound = new AppError('not_found', 'There is nothing at this address');
const failed = new AppError('unavailable', 'Something here failed');
const tooLarge = new AppError('too_large', 'The body is larger than 56 KB');
const deleted = new AppError('expired', 'The account was deleted meanwhile', { page: 'deleted' });
const unavailable = new AppError('unavailable', 'The database can’t be reached right now');

function asAppError(error: unknown): AppError | undefined {
  if (error instanceof AppError) return error;
  if (isUnavailable(error)) return unavailable;
  if (isDeletedMeanwhile(error)) return deleted;
  const status = (error as { status?: number; expose?: boolean }).status;
  if (status && status < 500) return new AppError(status === 404 ? 'not_found' : 'invalid', (error as Error).message);
  return undefined;
}

/** The code with which a failure of ours is answered to programs, if the engine was interrupted by it. */
export function codeOfFailure(error: Error): string {
  if (isUnavailable(error)) return codes.unavailable;
  return error instanceof AppError ? codes[error.kind] : 'server_error';
}

/** Answers with an error, as a page or as JSON. */
export function answer(ctx: Context, error: AppError, status = statuses[error.kind]): void {
  ctx.status = status;
  if (error.kind === 'throttled') ctx.set('Retry-After', String(error.details?.retryAfterSeconds ?? 60));
  if (error.kind === 'unavailable') ctx.set('Retry-After', String(error.details?.retryAfterSeconds ?? 5));
  ctx.set('Cache-Control', 'no-store');
  if (!isForPrograms(ctx.path) && ctx.accepts('json', 'html') === 'html') {
    ctx.type = 'html';
    ctx.body = page(ctx, error, status);
  } else {
    // The error is the same for every client, and a script can't correct what it can't read.
    if (isForPrograms(ctx.path)) allowEveryOrigin(ctx.req, ctx.res);
    ctx.body = {
      error: status === 500 ? 'server_error' : codes[error.kind],
      error_description: asDescription(error.message),
      request_id: ctx.state.requestId,
    };
  }
}

function page(ctx: Context, error: AppError, status: number): string {
  return errorPage({
    ...textOf(error, status),
    actions: [
      ...(typeof error.details?.back === 'string' ? [{ href: error.details.back, label: m().errors.asItIsNow }] : []),
      { href: '/account/apps', label: m().frame.yourConnectedApps },
      { href: '/', label: m().errors.aboutServer },
    ],
    requestId: ctx.state.requestId as string,
    time: new Date(),
  });
}
