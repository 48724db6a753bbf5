/** The languages of the pages and mails. */
export const languages = {
  en: { name: 'English', tag: 'en-GB', direction: 'ltr' },
  de: { name: 'Deutsch', tag: 'de', direction: 'ltr' },
  es: { name: 'Español', tag: 'es', direction: 'ltr' },
  fr: { name: 'Français', tag: 'fr', direction: 'ltr' },
  ja: { name: '日本語', tag: 'ja', direction: 'ltr' },
} as const satisfies Record<string, LanguageFacts>;

/** `name` is what its speakers call it; `tag` chooses how `Intl` writes dates and numbers. */
export interface LanguageFacts {
  readonly name: string;
  readonly tag: string;
  readonly direction: 'ltr' | 'rtl';
}

export type Language = keyof typeof languages;

/** English first: it is the language of people whose own is not here. */
export const languageCodes = Object.keys(languages) as readonly Language[];

export const isLanguage = (text: string): text is Language => Object.hasOwn(languages, text);

/** The first of these BCP 47 tags whose language is one of ours: `de-CH` counts as `de`. */
export function firstLanguage(tags: readonly string[]): Language | undefined {
  for (const tag of tags) {
    const code = tag.split('-')[0]?.toLowerCase() ?? '';
    if (isLanguage(code)) return code;
  }
  return undefined;
}
