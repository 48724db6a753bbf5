/** Registrations by clients themselves (RFC 7591, RFC 7592): what a request asks for, what is refused, and the answer. */
import { AppError } from '../../errors.ts';
import { deviceGrantType } from '../device-codes.ts';
import { completeClient } from './registration.ts';
import type { ClientMetadata, FieldName } from './schema.ts';
import { type ClientDocument, selfRegistration } from './self-registration.ts';

export type RegistrationError = 'invalid_redirect_uri' | 'invalid_client_metadata';

/** A request that RFC 7591 §3.2.2 has an error for. */
export class RegistrationProblem extends Error {
  readonly error: RegistrationError;

  constructor(error: RegistrationError, message: string) {
    super(message);
    this.name = 'RegistrationProblem';
    this.error = error;
  }
}

const nameless = 'An app without a name';
const redirectFields: readonly string[] = ['redirect_uris', 'post_logout_redirect_uris'] satisfies FieldName[];

/** What a request registers. @throws RegistrationProblem */
export function readRegistration(document: ClientDocument): Omit<ClientMetadata, 'owner_email'> {
  checkPossible(document);
  try {
    const { owner_email: _, ...metadata } = completeClient(selfRegistration(document, nameless), { byItself: true });
    if (!isStorable(metadata)) throw invalid('must not contain characters that can’t be stored');
    return metadata;
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== 'invalid' || !error.details) throw error;
    throw problemOfFields(error.details);
  }
}

/** RFC 7591 §3.2.2 has an error of its own for redirect URIs. */
export function problemOfFields(details: Readonly<Record<string, unknown>>): RegistrationProblem {
  const problems = Object.entries(details);
  const text = problems.map(([field, problem]) => `${field} ${problem}`).join('; ');
  const aboutUris = problems.every(([field]) => redirectFields.includes(field));
  return new RegistrationProblem(aboutUris ? 'invalid_redirect_uri' : 'invalid_client_metadata', text);
}

/** What nobody who comes by itself can have, and what would be dropped without leaving anything of use. */
function checkPossible({ response_types: responses, grant_types: grants, redirect_uris: uris }: ClientDocument): void {
  const device = Array.isArray(grants) && grants.includes(deviceGrantType) && !grants.includes('authorization_code');
  if (Array.isArray(responses) && !responses.includes('code') && !(device && responses.length === 0)) {
    throw invalid('response_types must have code: it is the only response type here');
  }
  if (responses !== undefined && responses !== null && !Array.isArray(responses)) {
    throw invalid('response_types must be a list');
  }
  if (grants !== undefined && grants !== null && !Array.isArray(grants)) throw invalid('grant_types must be a list');
  if (Array.isArray(grants) && grants.length > 0 && !grants.includes('authorization_code') && !device) {
    throw invalid(
      `grant_types must have authorization_code or ${deviceGrantType}, beside which refresh_token is possible. An app that acts for itself is registered by a person`,
    );
  }
  if (uris !== undefined && uris !== null && !Array.isArray(uris)) {
    throw new RegistrationProblem('invalid_redirect_uri', 'redirect_uris must be a list');
  }
}

const invalid = (message: string) => new RegistrationProblem('invalid_client_metadata', message);

/** PostgreSQL stores neither NUL nor half of a surrogate pair. */
function isStorable(metadata: object): boolean {
  return !/(?<!\\)(\\\\)*\\u(0000|d[89a-f][\da-f]{2})/.test(JSON.stringify(metadata));
}

/** A registration as it was read, or as it is stored. */
type Registered = {
  readonly [Name in Exclude<FieldName, 'owner_email'>]: Name extends 'grant_types' ? readonly string[] : unknown;
};

/** What the answer says of a client, in RFC 7591 §2's names. */
export function registeredValues(client: Registered): Record<string, unknown> {
  const { type, grant_types: grantTypes } = client;
  const values = {
    client_name: client.client_name,
    'client_name#en': client['client_name#en'],
    'client_name#de': client['client_name#de'],
    'client_name#es': client['client_name#es'],
    'client_name#fr': client['client_name#fr'],
    'client_name#ja': client['client_name#ja'],
    application_type: type === 'native' ? 'native' : 'web',
    redirect_uris: client.redirect_uris,
    post_logout_redirect_uris: client.post_logout_redirect_uris,
    backchannel_logout_uri: client.backchannel_logout_uri,
    backchannel_logout_session_required:
      client.backchannel_logout_uri === null ? null : client.backchannel_logout_session_required,
    grant_types: grantTypes,
    response_types: grantTypes.includes('authorization_code') ? ['code'] : [],
    token_endpoint_auth_method: client.token_endpoint_auth_method,
    id_token_signed_response_alg: client.id_token_signed_response_alg,
    jwks: client.jwks,
    jwks_uri: client.jwks_uri,
    scope: client.scope,
    client_uri: client.client_uri,
    policy_uri: client.policy_uri,
    tos_uri: client.tos_uri,
    contacts: client.contacts,
  };
  return Object.fromEntries(
    Object.entries(values).filter(
      ([name, value]) => value !== null && (!Array.isArray(value) || value.length > 0 || name === 'response_types'),
    ),
  );
}
