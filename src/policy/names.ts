/** Names of apps, owners and accounts. People read them, so they must not be able to imitate or break other text on a page. */
import { problemText } from './problem-texts.ts';

const maxChars = 100;
const maxDescriptionChars = 300;

/** Control and format characters (including NUL and bidi overrides), line breaks, lone surrogates. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
/**
 * Characters that show nothing: those that Unicode allows renderers to ignore, glyphs that are blank by design (Braille
 * without dots, a musical note without a head, Egyptian and Khitan blanks), the replacement characters for objects and
 * bytes, and characters that fonts need not have (private use, unassigned).
 */
const inkless =
  /[\p{Default_Ignorable_Code_Point}\p{Co}\p{Cn}\u2800\ufffc\ufffd\u{1d159}\u{13441}\u{13442}\u{16fe4}]/gu;
/** Invisible characters that scripts and emoji need: zero-width joiner and non-joiner, and variation selectors. */
const shaping = /\u200c|\u200d|\p{Variation_Selector}/gu;
/** Marks that are drawn above and below a character. A pile of them covers the lines around it (UTS #39, section 5.4). */
const maxMarks = 4;
const piled = new RegExp(`[\\p{Mn}\\p{Me}]{${maxMarks + 1}}`, 'u');
/** Letters, digits and symbols, which include emoji. Punctuation alone is not a name. */
const speaking = /[\p{L}\p{N}\p{S}]/u;

/** Reports whether the text contains something that a person can read. */
export function hasInk(text: string): boolean {
  return speaking.test(withoutInkless(text));
}

/** Returns the text without invisible characters. */
export function withoutInkless(text: string): string {
  return text.replace(inkless, '');
}

/** Returns the problem of a name; undefined if it is valid. */
export function nameProblem(name: string): string | undefined {
  return lineProblem(name, maxChars);
}

/** Returns the problem of an app's description, which is one line; undefined if it is valid. */
export function descriptionProblem(description: string): string | undefined {
  return lineProblem(description, maxDescriptionChars);
}

function lineProblem(text: string, max: number): string | undefined {
  if (text.trim() === '' || [...text].length > max) return problemText('characters', max);
  if (!hasInk(text)) return problemText('inkless', max);
  if (text !== text.trim()) return problemText('edges');
  const shaped = text.replace(shaping, '');
  if (invisible.test(shaped) || withoutInkless(shaped) !== shaped) {
    return problemText('invisible');
  }
  // Precomposed letters must not hide how many there are; variation selectors are marks that draw nothing.
  return piled.test(shaped.normalize('NFD')) ? problemText('marks', maxMarks) : undefined;
}
