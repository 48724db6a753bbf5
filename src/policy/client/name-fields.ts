/** The name of a client, for everybody and for people who read one language (RFC 7591 §2.2). See field.ts. */
import { nameProblem } from '../names.ts';
import { field, interactive, trimmed } from './field.ts';
import { type NameLanguage, nameLanguages } from './names.ts';
import { readFields } from './read-fields.ts';

const common = {
  control: 'line',
  section: 'identity',
  setBy: 'owner',
  review: 'covered',
  problem: nameProblem,
} as const;

const nameIn = (code: NameLanguage) =>
  field(trimmed(400).nullable(), {
    ...common,
    ...readFields[`client_name#${code}`],
    label: `Name in ${nameLanguages[code]}`,
    phrase: `name in ${nameLanguages[code]}`,
    doc: `Its name for people who read ${nameLanguages[code]}, in place of client_name`,
    flag: { name: `name-${code}`, value: 'NAME', doc: `its name for people who read ${nameLanguages[code]}` },
    appliesTo: interactive,
  });

export const nameFields = {
  client_name: field(trimmed(400), {
    ...common,
    ...readFields.client_name,
    label: 'Name',
    phrase: 'name',
    flag: { name: 'name', value: 'NAME', doc: 'what people know it by' },
    question: 1,
  }),
  'client_name#en': nameIn('en'),
  'client_name#de': nameIn('de'),
  'client_name#es': nameIn('es'),
  'client_name#fr': nameIn('fr'),
  'client_name#ja': nameIn('ja'),
};
