/**
 * The fields that people read on the consent page, and the links there. This part of the description of a client's fields
 * stands apart because every process needs it, and needs no schemas with it.
 */
const read = true;

/** `link`: people find it as a link on the consent page of a verified app, in this row and by this text, which the messages of
 * the pages name. */
export const readFields = {
  client_name: { read },
  'client_name#en': { read },
  'client_name#de': { read },
  'client_name#es': { read },
  'client_name#fr': { read },
  'client_name#ja': { read },
  description: { read },
  owner_name: { read },
  client_uri: { read },
  policy_uri: { read, link: { row: 'promises', text: 'privacyPolicy' } },
  tos_uri: { read, link: { row: 'promises', text: 'termsOfUse' } },
  support_uri: { read, link: { row: 'whereHelp', text: 'help' } },
} as const;

export type ReadField = keyof typeof readFields;

/** Ids of messages of the pages. */
export interface AppLinkWords {
  readonly row: 'promises' | 'whereHelp';
  readonly text: 'privacyPolicy' | 'termsOfUse' | 'help';
}

/** In the order in which people see them. */
export const readFieldNames = Object.keys(readFields) as ReadField[];

export function linkOf(name: ReadField): AppLinkWords | undefined {
  const field = readFields[name];
  return 'link' in field ? field.link : undefined;
}
