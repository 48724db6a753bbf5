import { html } from 'hono/html';
import { m } from '../../messages/index.ts';
import type { Html } from '../../text.ts';
import { areaField, checkbox, type Problems, selectField, textField } from '../fields.ts';
import type { ClientFormField } from './form-values.ts';

type Filled = { texts: Readonly<Record<string, string>>; problems: Problems };

/** The control of a field of a client, with its label, its hint and what is wrong with it. `before` goes before the label. */
export function clientField(field: ClientFormField, { texts, problems }: Filled, before = ''): Html {
  const { name, label, hint, control, choices = [] } = field;
  const common = {
    name,
    label,
    before,
    value: texts[name] ?? '',
    problem: problems[name],
    ...(hint && { hint: withCode(hint) }),
  };
  if (control === 'check')
    return html`<div class="field">${checkbox({ name, id: name, value: 'yes', label, checked: common.value !== '', hint: common.hint })}</div>`;
  if (control === 'line') return textField({ ...common, required: name === 'client_name' });
  if (control === 'number') return textField({ ...common, type: 'number' });
  if (control === 'choice')
    return selectField({
      ...common,
      choices: choices.map((value) => ({ value, label: choiceLabel(value) })),
    });
  return areaField({ ...common, rows: control === 'json' ? 4 : 2 });
}

const words = () => m().adminClientForm;

/** Words in backticks are code. */
const withCode = (text: string): Html =>
  html`${text.split('`').map((part, i) => (i % 2 === 0 ? part : html`<code>${part}</code>`))}`;

/** The choice of a kind of authentication, or the name of an algorithm. */
function choiceLabel(value: string): string {
  const { choices, choiceOfType } = words();
  if (value === '') return choiceOfType;
  return Object.hasOwn(choices, value) ? choices[value as keyof typeof choices] : value;
}
