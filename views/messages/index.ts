/** The messages of the current language. A view calls `m()` when it renders, never when it is imported. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { english, type Messages } from './en.ts';
import { type Language, type LanguageFacts, languages } from './languages.ts';

/** A language with its messages. Tests make others, with marks or from right to left. */
export interface Speech extends LanguageFacts {
  /** The value of `lang`. */
  readonly code: string;
  readonly messages: Messages;
}

const inEnglish: Speech = { code: 'en', messages: english, ...languages.en };

/** An object that can be changed, because the language may become known in the middle of a request. */
const current = new AsyncLocalStorage<{ speech: Speech }>();

/** The others are imported when somebody reads them. */
const imports: Record<Exclude<Language, 'en'>, () => Promise<Messages>> = {
  de: async () => (await import('./de.ts')).german,
  es: async () => (await import('./es.ts')).spanish,
  fr: async () => (await import('./fr.ts')).french,
  ja: async () => (await import('./ja.ts')).japanese,
};

const known = new Map<Language, Speech>([['en', inEnglish]]);

async function speechIn(language: Language): Promise<Speech> {
  const there = known.get(language);
  if (there || language === 'en') return there ?? inEnglish;
  const speech = { code: language, messages: await imports[language](), ...languages[language] };
  known.set(language, speech);
  return speech;
}

/** Runs `work`, and everything that it awaits, in a language. */
export async function inLanguage<T>(language: Language, work: () => T): Promise<Awaited<T>> {
  const speech = await speechIn(language);
  return await inSpeech(speech, work);
}

/** The same at once, for a speech that is there already. */
export const inSpeech = <T>(speech: Speech, work: () => T): T => current.run({ speech }, work);

/** Goes on in another language, until the work of the surrounding `inLanguage` ends. */
export async function changeLanguage(language: Language): Promise<void> {
  const surrounding = current.getStore();
  if (surrounding && surrounding.speech.code !== language) surrounding.speech = await speechIn(language);
}

export const speech = (): Speech => current.getStore()?.speech ?? inEnglish;

/** The messages of the current language; English outside of `inLanguage`. */
export const m = (): Messages => speech().messages;
