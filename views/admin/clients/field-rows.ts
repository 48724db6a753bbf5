import { html } from 'hono/html';
import { address } from '../../host.ts';
import { type Html, name } from '../../text.ts';

/** What is registered in one field: at least one value. */
export type FieldValue = { label: string; values: readonly string[]; isAddress: boolean };

/** A label and its values, a line each. */
export const fieldRows = (fields: readonly FieldValue[]): [string, Html][] =>
  fields.map(({ label, values, isAddress }) => [
    label,
    html`${values.map((value, i) => html`${i > 0 && html`<br>`}${isAddress ? address(value) : name(value)}`)}`,
  ]);
