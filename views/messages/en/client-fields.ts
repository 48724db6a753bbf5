/** What a client’s field is called: above its control, in a sentence, and below its control. */
interface FieldWords {
  readonly label: string;
  readonly phrase: string;
  readonly hint?: string;
}

/**
 * By field. In English these words stand in the description of the field (src/policy/client/schema.ts), because the command
 * line and the audit log use them too; `fieldWords` of src/web/admin/clients/field-words.ts finds the right ones.
 */
export const clientFields: Readonly<Record<string, FieldWords>> = {};
