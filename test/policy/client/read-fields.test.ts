/** The part of the description of a client's fields that stands apart agrees with the rest. */
import { expect, it } from 'vitest';
import { linkOf, readFieldNames } from '../../../src/policy/client/read-fields.ts';
import { clientFields, fieldsWhere } from '../../../src/policy/client/schema.ts';

it('the fields that people read are those whose description says so, in the same order', () => {
  expect(readFieldNames).toEqual(fieldsWhere(({ read }) => read === true));
  expect(fieldsWhere(({ link, read }) => link !== undefined && read !== true)).toEqual([]);
});

it('their links are those of the description', () => {
  for (const name of readFieldNames) expect(linkOf(name), name).toEqual(clientFields[name].link);
});
