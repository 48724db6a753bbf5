/** Converts registrations to the values of the client form, and submitted values to registrations. */

import type {
  ClientFormField,
  ClientFormRules,
  ClientFormValues,
} from '../../../../views/admin/clients/form-values.ts';
import { applies, type ClientField } from '../../../policy/client/field.ts';
import { clientProfiles } from '../../../policy/client/profiles.ts';
import { type ClientInput, clientFields, type FieldName, fieldsWhere } from '../../../policy/client/schema.ts';
import { assertionAudiences, authMethods, type ClientType, clientTypes } from '../../../policy/client/types.ts';
import { deviceGrantType } from '../../../policy/device-codes.ts';
import { adminScopes, apiScopes, parseScope } from '../../../policy/scopes.ts';
import { signingAlgorithms } from '../../../policy/signing-algorithms.ts';
import type { Client } from '../../../store/clients.ts';
import { field } from '../../http/forms.ts';
import { fieldWords } from './field-words.ts';

/** The fields that a control asks for. */
const asked = fieldsWhere(({ control }) => control !== undefined);
/** Each has a row in the form. The control `scope:` with its name is off, required or optional. */
const offered: readonly string[] = [...apiScopes, ...adminScopes];

/** The fields and choices for clients of a type. */
export function rulesOf(type: ClientType): ClientFormRules {
  const { interactive, authMethods: methods, otherGrantTypes } = clientTypes[type];
  return {
    type,
    fields: formFields((one) => applies(one, type), { token_endpoint_auth_method: methods }),
    interactive,
    scopes: [...apiScopes],
    adminScopes: interactive ? [] : [...adminScopes],
    actsForItself: otherGrantTypes.includes('client_credentials'),
    asksByDevice: otherGrantTypes.includes(deviceGrantType),
  };
}

/** The fields and choices for all types, because the form of a new client also asks for its type. */
export function rulesOfNew(type: ClientType | undefined): ClientFormRules {
  return {
    type,
    fields: formFields(() => true, { token_endpoint_auth_method: ['', ...authMethods] }),
    interactive: true,
    scopes: [...apiScopes],
    adminScopes: [...adminScopes],
    actsForItself: true,
    asksByDevice: true,
  };
}

/** The controls of the fields that pass `test`. */
export function formFields(
  test: (field: ClientField) => boolean,
  choices: { readonly [Name in FieldName]?: readonly string[] } = {},
): ClientFormField[] {
  const offers = {
    id_token_signed_response_alg: signingAlgorithms,
    assertion_audience: assertionAudiences,
    profile: clientProfiles,
    ...choices,
  };
  return asked
    .filter((name) => test(clientFields[name]))
    .map((name) => {
      const { control = 'line', section = 'identity', question } = clientFields[name];
      const { label, hint } = fieldWords(name);
      const values = name in offers ? offers[name as keyof typeof offers] : undefined;
      return {
        name,
        label,
        control,
        section,
        ...(hint && { hint }),
        ...(question && { question }),
        ...(values && { choices: values }),
      };
    });
}

/** The values of a new form. No scope is preselected. */
export function emptyValues(): ClientFormValues {
  return {
    texts: {
      id_token_signed_response_alg: signingAlgorithms[0],
      assertion_audience: assertionAudiences[0],
      profile: clientProfiles[0],
    },
    scope: [],
    optional_scope: [],
    default_scope: [],
    first_party: false,
    client_credentials: false,
    device_code: false,
  };
}

export function valuesOf(client: Client): ClientFormValues {
  return {
    texts: textsOf(client, asked),
    scope: parseScope(client.scope),
    optional_scope: parseScope(client.optional_scope),
    default_scope: parseScope(client.default_scope),
    first_party: client.first_party,
    client_credentials: client.grant_types.includes('client_credentials'),
    device_code: client.grant_types.includes(deviceGrantType),
  };
}

/** The stored values as a form shows them. */
export function textsOf(client: Client, names: readonly FieldName[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, textOf(client[name])]));
}

function textOf(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : '';
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.join('\n');
  return typeof value === 'object' && value !== null ? JSON.stringify(value, null, 2) : String(value ?? '');
}

/** Reads the form without checking or trimming it. */
export function readClientForm(form: URLSearchParams): ClientFormValues {
  return {
    texts: readTexts(form, asked),
    scope: offered.filter((scope) => ['required', 'optional'].includes(field(form, `scope:${scope}`))),
    optional_scope: offered.filter((scope) => field(form, `scope:${scope}`) === 'optional'),
    default_scope: offered.filter((scope) => form.getAll('default').includes(scope)),
    first_party: form.has('first_party'),
    client_credentials: form.has('client_credentials'),
    device_code: form.has('device_code'),
  };
}

export function readTexts(form: URLSearchParams, names: readonly FieldName[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, field(form, name)]));
}

/** Converts the form to a registration with the fields of this type. policy/ checks it. */
export function inputOf(values: ClientFormValues, type: ClientType): ClientInput {
  return {
    ...inputOfTexts(
      values.texts,
      asked.filter((name) => applies(clientFields[name], type)),
    ),
    client_name: values.texts.client_name ?? '',
    type,
    grant_types: grantTypesOf(values, type),
    scope: values.scope.join(' '),
    optional_scope: values.optional_scope.join(' '),
    default_scope: values.default_scope.join(' '),
    first_party: values.first_party,
  } as ClientInput;
}

/** An app that asks by a device and names no redirect address is one that people come to in no other way. */
function grantTypesOf(values: ClientFormValues, type: ClientType): string[] {
  const { interactive, grantTypes, otherGrantTypes } = clientTypes[type];
  const byDevice = values.device_code && otherGrantTypes.includes(deviceGrantType);
  const onlyByDevice = byDevice && (values.texts.redirect_uris ?? '').trim() === '';
  return [
    ...grantTypes.filter((grantType) => !(onlyByDevice && grantType === 'authorization_code')),
    ...(values.client_credentials && interactive ? ['client_credentials'] : []),
    ...(byDevice ? [deviceGrantType] : []),
  ];
}

/** Converts typed texts to the values that a registration has. */
export function inputOfTexts(
  texts: Readonly<Record<string, string>>,
  names: readonly FieldName[],
): Partial<Record<FieldName, unknown>> {
  return Object.fromEntries(names.map((name) => [name, typedValue(name, texts[name] ?? '')]));
}

/** What browsers take for a number in a number input, and send as it was typed. */
const browserNumber = /^-?(\d+(\.\d+)?|\.\d+)(e[-+]?\d+)?$/i;

function typedValue(name: FieldName, typed: string): unknown {
  const { control } = clientFields[name];
  if (control === 'lines') return typed.split(/\s+/).filter(Boolean);
  if (control === 'number') return browserNumber.test(typed.trim()) ? Number(typed) : typed.trim();
  if (control === 'check') return typed !== '';
  return control === 'json' ? parsed(typed.trim()) : typed.trim();
}

/** Invalid JSON is returned as text, and policy/ refuses it with the name of the field. */
function parsed(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
