import { html } from 'hono/html';
import type { Html } from '../../text.ts';
import { checkbox, type Problems } from '../fields.ts';
import { clientField } from './form-field.ts';
import type { ClientFormRules, ClientFormValues } from './form-values.ts';
import { scopeTable } from './scope-table.ts';

/** Fields that few clients need, in a fold. It is open if one of them has a problem. */
export function moreFields(rules: ClientFormRules, values: ClientFormValues, problems: Problems): Html {
  const fields = rules.fields.filter(({ question }) => question === undefined);
  const open = [...fields.map(({ name }) => name), 'grant_types', 'first_party'].some((name) => problems[name]);
  return html`<details${open && html` open`}><summary>More: texts, sign-out addresses, keys, refresh token leeway${rules.adminScopes.length > 0 && ', gateway'}, our own apps</summary><div class="two-up field">
${fields.map((field) => clientField(field, { texts: values.texts, problems }))}
</div>
<div class="stack field">${rules.interactive && checkbox({ name: 'first_party', value: 'yes', label: 'VibeCaaS’s own', checked: values.first_party, hint: 'People are not asked whether it may.' })}
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
