/**
 * What may be kept of a request that failed. Of its parameters the names, and the values of those alone that are never
 * secret: no code, token, secret, verifier or state, and nothing that has the form of one wherever it stands.
 */
import type { Context } from 'koa';
import { redactText, redactUrl } from '../../log/index.ts';
import type { EngineError } from '../../oidc/patches/events.ts';
import type { Endpoint, FailedBy, NewFailedRequest } from '../../store/failed-requests.ts';

/** Parameters whose values are shown. */
const shown = new Set(
  (
    'client_id response_type response_mode grant_type scope redirect_uri code_challenge_method resource prompt max_age ' +
    'display ui_locales token_type_hint client_assertion_type acr_values dpop_jkt'
  ).split(' '),
);
/** A name as OAuth has them; anything else may be a value that lost its name. */
const nameForm = /^[a-z][a-z_.-]{0,40}$/;
const most = { names: 30, value: 300, text: 500 } as const;

export function failedRequest(
  ctx: Context,
  {
    clientId,
    endpoint,
    error,
    by,
  }: { clientId: string; endpoint: Endpoint; error: EngineError; by?: FailedBy | undefined },
): NewFailedRequest {
  const ours = error.error === undefined;
  return {
    clientId,
    at: new Date(),
    requestId: ctx.state.requestId as string,
    endpoint,
    error: ours ? 'server_error' : (error.error as string),
    description: ours ? null : text(error.error_description),
    // What broke here is for our own log.
    detail: ours ? null : text(error.error_detail),
    parameters: parametersOf(ctx),
    ...(by && { by }),
  };
}

function parametersOf(ctx: Context): Record<string, string | null> {
  const { oidc } = ctx as { oidc?: { params?: object; body?: object } };
  const sent = Object.entries({ ...oidc?.params, ...ctx.query, ...oidc?.body }).filter(
    ([, value]) => value !== undefined,
  );
  const named = sent.filter(([name]) => nameForm.test(name)).slice(0, most.names);
  const parameters: Record<string, string | null> = {};
  const [scheme] = ctx.get('Authorization').split(' ');
  if (scheme) parameters['Authorization header'] = /^(basic|bearer|dpop)$/i.test(scheme) ? scheme : null;
  if (ctx.get('DPoP')) parameters['DPoP header'] = null;
  for (const [name, value] of named) parameters[name] = shown.has(name) ? safe(name, value) : null;
  if (sent.length > named.length) parameters['others, not shown'] = String(sent.length - named.length);
  return parameters;
}

function safe(name: string, value: unknown): string {
  const one = storable([value].flat().map(String).join(' '));
  return clipped(name === 'redirect_uri' ? redactUrl(one) : redactText(one), most.value);
}

function text(value: string | undefined): string | null {
  return value === undefined ? null : clipped(redactText(storable(value)), most.text);
}

/** PostgreSQL stores neither NUL nor half a surrogate pair. */
const storable = (value: string) => value.replaceAll('\0', '\ufffd').toWellFormed();

/** Not through the middle of a surrogate pair. */
const clipped = (value: string, length: number) =>
  value.length > length ? `${value.slice(0, length).toWellFormed()}…` : value;
