/**
 * The fields that people read on the consent page, and the links there. This part of the description of a client's fields
 * stands apart because every process needs it, and needs no schemas with it.
 */
const read = true;

/** `link`: people find it as a link on the consent page of a verified app, in this row and by this text. */
export const readFields = {
  client_name: { read },
  description: { read },
  owner_name: { read },
  client_uri: { read },
  policy_uri: { read, link: { row: 'What it promises', text: 'Privacy policy' } },
  tos_uri: { read, link: { row: 'What it promises', text: 'terms of use' } },
  support_uri: { read, link: { row: 'Where to find help', text: 'Help' } },
} as const;

export type ReadField = keyof typeof readFields;

/** In the order in which people see them. */
export const readFieldNames = Object.keys(readFields) as ReadField[];

export function linkOf(name: ReadField): { readonly row: string; readonly text: string } | undefined {
  const field = readFields[name];
  return 'link' in field ? field.link : undefined;
}
