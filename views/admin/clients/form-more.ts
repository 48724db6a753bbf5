import { html } from 'hono/html';
import { m } from '../../messages/index.ts';
import type { Html } from '../../text.ts';
import { checkbox, type Problems, problemAfter } from '../fields.ts';
import { clientField } from './form-field.ts';
import type { ClientFormRules, ClientFormValues } from './form-values.ts';
import { scopeTable } from './scope-table.ts';

const words = () => m().adminClientForm;

/** Fields that few clients need, in a fold. It is open if one of them has a problem. */
export function moreFields(rules: ClientFormRules, values: ClientFormValues, problems: Problems): Html {
  const fields = rules.fields.filter(({ question }) => question === undefined);
  const open = [...fields.map(({ name }) => name), 'grant_types', 'first_party'].some((name) => problems[name]);
  return html`<details${open && html` open`}><summary>${rules.adminScopes.length > 0 ? words().moreWithGateway : words().more}</summary><div class="two-up field">
${fields.map((field) => clientField(field, { texts: values.texts, problems }))}
</div>
<div class="stack field">${rules.interactive && checkbox({ name: 'first_party', value: 'yes', label: words().own, checked: values.first_party, hint: words().ownHint })}
${rules.actsForItself && checkbox({ name: 'client_credentials', value: 'yes', label: words().itself(html`<code>client_credentials</code>`), checked: values.client_credentials })}
${rules.asksByDevice && checkbox({ name: 'device_code', value: 'yes', label: words().byDevice(html`<code>device_code</code>`), checked: values.device_code, hint: words().byDeviceHint })}
${problems.grant_types && html`<p class="hint no" role="alert">${problemAfter(words().grantTypes, problems.grant_types)}</p>`}
${rules.adminScopes.length > 0 && adminTable(rules, values)}</div></details>`;
}

function adminTable({ adminScopes }: ClientFormRules, values: ClientFormValues): Html {
  return html`<h3>${words().adminApi}</h3><p class="small quiet">${words().adminApiLead}</p>${scopeTable({
    scopes: adminScopes,
    required: values.scope,
    optional: [],
    byDefault: [],
    people: false,
  })}`;
}
