/** The names of a client in several languages (RFC 7591 §2.2): `client_name`, and `client_name#ja` for people who read Japanese. */

/** The languages of our pages, with their English names for forms and the command line. */
export const nameLanguages = { en: 'English', de: 'German', es: 'Spanish', fr: 'French', ja: 'Japanese' } as const;
export type NameLanguage = keyof typeof nameLanguages;

type LocalizedName = `client_name#${NameLanguage}`;
export type NameField = 'client_name' | LocalizedName;

type Named = Partial<Readonly<Record<NameField, string | null>>>;

const localizedNames = Object.keys(nameLanguages).map((code) => `client_name#${code}`) as LocalizedName[];
export const nameFields: readonly NameField[] = ['client_name', ...localizedNames];

/** Every name of a client: that of everybody, then those of single languages. */
export const namesOf = (client: Named): string[] => nameFields.flatMap((name) => client[name]?.trim() || []);

/** The name for people who read this language: that of the language, or that of everybody. */
export const nameFor = (client: Named, language: string): string | undefined =>
  client[`client_name#${language}` as LocalizedName] ?? client.client_name ?? undefined;
