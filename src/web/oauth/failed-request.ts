/**
 * What may be kept of a failed request: the names of its parameters, and the values of those that are never secret.
 * Codes, tokens, secrets, verifiers and states are never kept, nor anything that looks like one, wherever it appears.
 */
import type { Context } from 'koa';
import { AppError } from '../../errors.ts';
import { redactText, redactUrl } from '../../log/index.ts';
import type { EngineError } from '../../oidc/patches/events.ts';
import type { Endpoint, FailedBy, NewFailedRequest } from '../../store/failed-requests.ts';
import { codeOfFailure } from '../http/errors.ts';

/** Parameters whose values are kept. */
const shown = new Set(
  (
    'client_id response_type response_mode grant_type scope redirect_uri code_challenge_method resource prompt max_age ' +
    'display ui_locales token_type_hint client_assertion_type acr_values dpop_jkt audience subject_token_type ' +
    'requested_token_type actor_token_type redirect_uris post_logout_redirect_uris grant_types response_types ' +
    'application_type token_endpoint_auth_method'
  ).split(' '),
);
/** The form of a parameter name in OAuth. Anything else may be a value that lost its name. */
const nameForm = /^[a-z][a-z_.-]{0,40}$/;
const limits = { maxNames: 30, maxValueChars: 300, maxTextChars: 500 } as const;

export function failedRequest(
  ctx: Context,
  {
    clientId,
    endpoint,
    error,
    by,
  }: { clientId: string | undefined; endpoint: Endpoint; error: EngineError; by?: FailedBy | undefined },
): NewFailedRequest {
  const ours = error.error === undefined;
  return {
    clientId,
    at: new Date(),
    requestId: ctx.state.requestId as string,
    endpoint,
    error: error.error ?? codeOfFailure(error),
    description: ours ? answered(error) : text(error.error_description),
    // Our own failures are explained in our own log only.
    detail: ours ? null : text(error.error_detail),
    parameters: parametersOf(ctx),
    ...(by && { by }),
  };
}

/** What we refuse on purpose says why. */
const answered = (error: Error): string | null => (error instanceof AppError ? text(error.message) : null);

function parametersOf(ctx: Context): Record<string, string | null> {
  const { oidc } = ctx as { oidc?: { params?: object; body?: object } };
  const sent = Object.entries({ ...oidc?.params, ...ctx.query, ...oidc?.body, ...ctx.state.registrationRead }).filter(
    ([, value]) => value !== undefined,
  );
  const named = sent.filter(([name]) => nameForm.test(name)).slice(0, limits.maxNames);
  const parameters: Record<string, string | null> = {};
  const [scheme] = ctx.get('Authorization').split(' ');
  if (scheme) parameters['Authorization header'] = /^(basic|bearer|dpop)$/i.test(scheme) ? scheme : null;
  if (ctx.get('DPoP')) parameters['DPoP header'] = null;
  for (const [name, value] of named) parameters[name] = shown.has(name) ? safe(name, value) : null;
  if (sent.length > named.length) parameters['others, not shown'] = String(sent.length - named.length);
  return parameters;
}

function safe(name: string, value: unknown): string {
  const redact = /redirect_uris?$/.test(name) ? redactUrl : redactText;
  const texts = [value]
    .flat()
    .slice(0, limits.maxNames)
    .map((one) => (typeof one === 'object' ? '…' : redact(storable(String(one)))));
  return clipped(texts.join(' '), limits.maxValueChars);
}

function text(value: string | undefined): string | null {
  return value === undefined ? null : clipped(redactText(storable(value)), limits.maxTextChars);
}

/** PostgreSQL stores neither NUL nor half of a surrogate pair. */
const storable = (value: string) => value.replaceAll('\0', '\ufffd').toWellFormed();

/** Never cuts through a surrogate pair. */
const clipped = (value: string, length: number) =>
  value.length > length ? `${value.slice(0, length).toWellFormed()}…` : value;
