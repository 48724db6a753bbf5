/**
 * The one description of a client's fields, in RFC 7591 §2's names and ours. The pages' forms, the admin API with its
 * OpenAPI document, the options of `vcauth clients`, the comparison of two versions, the rules of a review, the consent page
 * and the audit log follow it. Rules between several fields are in checks.ts, defaults in registration.ts.
 */
import { z } from 'zod';
import { addressFields } from './address-fields.ts';
import { authenticationFields } from './authentication-fields.ts';
import type { ClientField } from './field.ts';
import { identityFields } from './identity-fields.ts';
import { permissionFields } from './permission-fields.ts';

const descriptions = { ...identityFields, ...addressFields, ...authenticationFields, ...permissionFields };
type Descriptions = typeof descriptions;

export type FieldName = keyof Descriptions;

/** Every field by name, in the order in which people see them. */
export const clientFields: Readonly<Record<FieldName, ClientField>> = descriptions;
export const fieldNames = Object.keys(descriptions) as FieldName[];

/** A complete registration, as it is stored and answered. */
export const clientSchema = z.strictObject(
  Object.fromEntries(fieldNames.map((name) => [name, descriptions[name].schema])) as Schemas,
);
type Schemas = { [Name in FieldName]: Descriptions[Name]['schema'] };

/** What a caller may send: every field may be left out or null, which gives it its default. */
export const clientInputShape = Object.fromEntries(fieldNames.map((name) => [name, inputOf(descriptions[name])])) as {
  [Name in FieldName]: z.ZodOptional<z.ZodNullable<Schemas[Name]>>;
};

function inputOf({ schema, doc }: ClientField): z.ZodType {
  const input = (schema.safeParse(null).success ? schema : schema.nullable()).optional();
  return doc === undefined ? input : input.meta({ description: doc });
}

/** A complete and allowed registration. */
export type ClientMetadata = Readonly<z.output<typeof clientSchema>>;

/** What a registration says. Absent and null fields get the safe default of their type. */
export type ClientInput = { readonly [Name in FieldName]?: Loose<ClientMetadata[Name]> | null } & {
  readonly client_name: string;
};

/** What a caller may hand over before it was checked. */
type Loose<T> = T extends string[] ? readonly string[] : T extends string ? string : T;

/** Field → what is wrong with it, to be read on after the field's name. */
export type Problems = Record<string, string>;

/** The fields whose description has this value of this property. */
export type FieldsWith<Property extends keyof ClientField, Value> = {
  [Name in FieldName]: Descriptions[Name] extends { readonly [P in Property]: Value } ? Name : never;
}[FieldName];

/** The fields whose description passes, in order. */
export function fieldsWhere<Name extends FieldName = FieldName>(test: (field: ClientField) => boolean): Name[] {
  return fieldNames.filter((name) => test(clientFields[name])) as Name[];
}
