import { html } from 'hono/html';
import type { Html } from '../../text.ts';
import { areaField, type Problems, selectField, textField } from '../fields.ts';
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
  if (control === 'line') return textField({ ...common, required: name === 'client_name' });
  if (control === 'number') return textField({ ...common, type: 'number' });
  if (control === 'choice')
    return selectField({
      ...common,
      choices: choices.map((value) => ({ value, label: choiceLabels[value] ?? value })),
    });
  return areaField({ ...common, rows: control === 'json' ? 4 : 2 });
}

/** Words in backticks are code. */
const withCode = (text: string): Html =>
  html`${text.split('`').map((part, i) => (i % 2 === 0 ? part : html`<code>${part}</code>`))}`;

const choiceLabels: Readonly<Record<string, string>> = {
  '': 'As is right for what it runs on',
  none: 'Without a secret, by PKCE alone',
  client_secret_basic: 'A secret, sent by Basic',
  client_secret_post: 'A secret, in the body',
  private_key_jwt: 'A key of its own (private_key_jwt)',
};
