/** The client form in both directions: from a registration to what is shown, and from what was sent to a registration. */
import type { ClientFormRules, ClientFormValues } from '../../../../views/admin/clients/form-values.ts';
import type { ClientInput } from '../../../policy/client/metadata.ts';
import { clientTypes } from '../../../policy/client/types.ts';
import { adminScopes, apiScopes, parseScope } from '../../../policy/scopes.ts';
import type { Client } from '../../../store/clients.ts';
import { field } from '../../http/forms.ts';

type Type = Client['type'];

const texts = [
  'client_name',
  'description',
  'owner_name',
  'owner_email',
  'client_uri',
  'policy_uri',
  'tos_uri',
  'jwks_uri',
  'gateway_resource',
] as const;
const areas = ['contacts', 'redirect_uris', 'post_logout_redirect_uris', 'allowed_origins'] as const;
/** Each has a row in the form: `scope:` and its name say off, required or optional. */
const offered: readonly string[] = [...apiScopes, ...adminScopes];

/** What a client of this type may be. */
export function rulesOf(type: Type): ClientFormRules {
  const { people, authMethods, otherGrantTypes } = clientTypes[type];
  return {
    type,
    people,
    authMethods: [...authMethods],
    scopes: [...apiScopes],
    adminScopes: people ? [] : [...adminScopes],
    actsForItself: otherGrantTypes.includes('client_credentials'),
    gateway: type === 'service',
  };
}

/** What some client may be: the form of a new one asks for its type beside everything else. */
export function rulesOfNew(type: Type | undefined): ClientFormRules {
  return {
    type,
    people: true,
    authMethods: ['', ...new Set(Object.values(clientTypes).flatMap(({ authMethods }) => authMethods))],
    scopes: [...apiScopes],
    adminScopes: [...adminScopes],
    actsForItself: true,
    gateway: true,
  };
}

/** An empty form: nobody gets a scope that was not chosen. */
export function emptyValues(): ClientFormValues {
  return {
    ...(Object.fromEntries([...texts, ...areas, 'jwks'].map((name) => [name, ''])) as Record<
      (typeof texts | typeof areas)[number] | 'jwks',
      string
    >),
    token_endpoint_auth_method: '',
    id_token_signed_response_alg: 'ES256',
    scope: [],
    optional_scope: [],
    default_scope: [],
    first_party: false,
    client_credentials: false,
  };
}

export function valuesOf(client: Client): ClientFormValues {
  const lines = (list: readonly string[]) => list.join('\n');
  return {
    client_name: client.client_name,
    description: client.description ?? '',
    owner_name: client.owner_name ?? '',
    owner_email: client.owner_email ?? '',
    client_uri: client.client_uri ?? '',
    policy_uri: client.policy_uri ?? '',
    tos_uri: client.tos_uri ?? '',
    contacts: lines(client.contacts),
    redirect_uris: lines(client.redirect_uris),
    post_logout_redirect_uris: lines(client.post_logout_redirect_uris),
    allowed_origins: lines(client.allowed_origins),
    token_endpoint_auth_method: client.token_endpoint_auth_method,
    id_token_signed_response_alg: client.id_token_signed_response_alg,
    jwks: client.jwks ? JSON.stringify(client.jwks, null, 2) : '',
    jwks_uri: client.jwks_uri ?? '',
    gateway_resource: client.gateway_resource ?? '',
    scope: parseScope(client.scope),
    optional_scope: parseScope(client.optional_scope),
    default_scope: parseScope(client.default_scope),
    first_party: client.first_party,
    client_credentials: client.grant_types.includes('client_credentials'),
  };
}

/** As it was typed. */
export function readClientForm(form: URLSearchParams): ClientFormValues {
  const typed = [...texts, ...areas, 'jwks', 'token_endpoint_auth_method', 'id_token_signed_response_alg'] as const;
  return {
    ...(Object.fromEntries(typed.map((name) => [name, field(form, name)])) as Record<(typeof typed)[number], string>),
    scope: offered.filter((scope) => ['required', 'optional'].includes(field(form, `scope:${scope}`))),
    optional_scope: offered.filter((scope) => field(form, `scope:${scope}`) === 'optional'),
    default_scope: offered.filter((scope) => form.getAll('default').includes(scope)),
    first_party: form.has('first_party'),
    client_credentials: form.has('client_credentials'),
  };
}

/** What was typed as a registration, to be judged by policy. */
export function inputOf(values: ClientFormValues, type: Type): ClientInput {
  const { people, grantTypes } = clientTypes[type];
  const lines = (text: string) => text.split(/\s+/).filter(Boolean);
  const more = values.client_credentials && people ? ['client_credentials'] : [];
  return {
    ...(Object.fromEntries(texts.map((name) => [name, values[name].trim()])) as Record<(typeof texts)[number], string>),
    type,
    contacts: lines(values.contacts),
    redirect_uris: lines(values.redirect_uris),
    post_logout_redirect_uris: lines(values.post_logout_redirect_uris),
    allowed_origins: lines(values.allowed_origins),
    grant_types: [...grantTypes, ...more],
    ...(values.token_endpoint_auth_method && { token_endpoint_auth_method: values.token_endpoint_auth_method }),
    ...(values.id_token_signed_response_alg && {
      id_token_signed_response_alg: values.id_token_signed_response_alg,
    }),
    jwks: keySet(values.jwks.trim()),
    scope: values.scope.join(' '),
    optional_scope: values.optional_scope.join(' '),
    default_scope: values.default_scope.join(' '),
    first_party: values.first_party,
  };
}

/** What is no JSON goes on as text, which is no key set either and named so. */
function keySet(text: string): ClientInput['jwks'] {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return text as never;
  }
}
