/** What the pages call the fields of a client, in the reader's language. */
import { m } from '../../../../views/messages/index.ts';
import { clientFields, type FieldName } from '../../../policy/client/schema.ts';
import { type CheckedField, checkedFields, fieldOf, phraseOf } from '../../../policy/client/verification.ts';

interface FieldWords {
  readonly label: string;
  readonly phrase: string;
  readonly hint?: string;
}

/** English words are those of the field's description. */
export const fieldWords = (name: FieldName): FieldWords => m().clientFields[name] ?? clientFields[name];

/** What a verification covers, for a list in a sentence. */
export const coveredWords = (): string[] => checkedFields.map(coveredWord);

function coveredWord(column: CheckedField): string {
  const words = m().clientFields[column === 'logo_hash' ? column : fieldOf(column)];
  return words?.phrase ?? phraseOf(column);
}
