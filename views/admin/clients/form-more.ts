import { html } from 'hono/html';
import type { Html } from '../../text.ts';
import { areaField, checkbox, type Problems, selectField, textField } from '../fields.ts';
import type { ClientFormRules, ClientFormValues } from './form-values.ts';
import { scopeTable } from './scope-table.ts';

/** Fields that few clients need, in a fold. It is open if one of them has a problem. */
const folded = [
  'description',
  'policy_uri',
  'tos_uri',
  'contacts',
  'post_logout_redirect_uris',
  'allowed_origins',
  'jwks_uri',
  'jwks',
  'grant_types',
  'id_token_signed_response_alg',
  'gateway_resource',
  'first_party',
] as const;

export function moreFields(rules: ClientFormRules, values: ClientFormValues, problems: Problems): Html {
  const text = (field: keyof ClientFormValues, label: string, hint?: Html | string) =>
    textField({ name: field, label, value: values[field] as string, problem: problems[field], ...(hint && { hint }) });
  const open = folded.some((field) => problems[field]);
  return html`<details${open && html` open`}><summary>More: texts, sign-out addresses, keys${rules.gateway && ', gateway'}, our own apps</summary><div class="two-up field">
${text('description', 'What it is for', 'A sentence or two. People read it once the client is verified.')}
${areaField({ name: 'contacts', label: 'Contacts', value: values.contacts, rows: 2, hint: 'Email addresses, one a line.', problem: problems.contacts })}
${text('policy_uri', 'Privacy policy')}
${text('tos_uri', 'Terms of use')}
${rules.people && areaField({ name: 'post_logout_redirect_uris', label: 'Addresses after sign-out, one a line', value: values.post_logout_redirect_uris, rows: 2, problem: problems.post_logout_redirect_uris })}
${rules.people && areaField({ name: 'allowed_origins', label: 'Further origins of its scripts', value: values.allowed_origins, rows: 2, hint: html`One a line, such as <code>capacitor://localhost</code>. The origins of its redirect addresses are allowed anyway; only a client without a secret needs any.`, problem: problems.allowed_origins })}
${rules.people && selectField({ name: 'id_token_signed_response_alg', label: 'ID tokens signed by', value: values.id_token_signed_response_alg, choices: algorithmChoices, hint: html`Libraries that expect <code>RS256</code> unless told otherwise: openid-client 5, next-auth 4.`, problem: problems.id_token_signed_response_alg })}
${rules.authMethods.includes('private_key_jwt') && keys(values, problems)}
${rules.gateway && text('gateway_resource', 'Gateway of', 'For a service: the resource whose tokens it may introspect. Leave it empty if it is not a gateway.')}
</div>
<div class="stack field">${rules.people && checkbox({ name: 'first_party', value: 'yes', label: 'VibeCaaS’s own', checked: values.first_party, hint: 'People are not asked whether it may.' })}
${rules.actsForItself && checkbox({ name: 'client_credentials', value: 'yes', label: html`Also acts for itself (<code>client_credentials</code>)`, checked: values.client_credentials })}
${problems.grant_types && html`<p class="hint no" role="alert">Grant types ${problems.grant_types}.</p>`}
${rules.adminScopes.length > 0 && adminTable(rules, values)}</div></details>`;
}

function adminTable({ adminScopes }: ClientFormRules, values: ClientFormValues): Html {
  return html`<h3>The admin API</h3><p class="small quiet">For a service that administers this server.</p>${scopeTable({
    scopes: adminScopes,
    required: values.scope,
    optional: [],
    byDefault: [],
    people: false,
  })}`;
}

function keys(values: ClientFormValues, problems: Problems): Html {
  return html`${textField({ name: 'jwks_uri', label: 'Where its public keys are', value: values.jwks_uri, hint: html`For <code>private_key_jwt</code>: this, or the keys themselves.`, problem: problems.jwks_uri })}
${areaField({ name: 'jwks', label: 'Its public keys', value: values.jwks, hint: 'A JSON Web Key Set.', problem: problems.jwks })}`;
}

const algorithmChoices = ['ES256', 'RS256'].map((value) => ({ value, label: value }));
