/** Names that people read: of apps, their owners, accounts. They must not pretend to be something else on a page. */

const maxCharacters = 100;
const maxDescriptionCharacters = 300;

/** Control and format characters (among them NUL and bidi overrides), line breaks, lone surrogates. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
/**
 * Characters that show nothing of their own: those that Unicode lets renderers ignore, glyphs that are blank by design
 * (Braille without dots, a musical note without a head, Egyptian and Khitan blanks), the two that stand for a lost
 * object or byte, and those that no font has to draw (private use, unassigned).
 */
const inkless =
  /[\p{Default_Ignorable_Code_Point}\p{Co}\p{Cn}\u2800\ufffc\ufffd\u{1d159}\u{13441}\u{13442}\u{16fe4}]/gu;
/** What scripts and emoji need among them: zero-width joiner and non-joiner, and variation selectors. */
const shaping = /\u200c|\u200d|\p{Variation_Selector}/gu;
/** Emoji are symbols. Punctuation alone names nothing. */
const speaking = /[\p{L}\p{N}\p{S}]/u;

/** Whether a person would read anything in this text. */
export function hasInk(text: string): boolean {
  return speaking.test(withoutInkless(text));
}

/** The text without what nobody sees. */
export function withoutInkless(text: string): string {
  return text.replace(inkless, '');
}

/** What is wrong with a name, undefined when nothing is. */
export function nameProblem(name: string): string | undefined {
  return lineProblem(name, maxCharacters);
}

/** What is wrong with what an app says of itself: a sentence or two on one line. */
export function descriptionProblem(description: string): string | undefined {
  return lineProblem(description, maxDescriptionCharacters);
}

function lineProblem(text: string, max: number): string | undefined {
  if (text.trim() === '' || [...text].length > max) return `must have 1 to ${max} characters`;
  if (!hasInk(text)) return `must have 1 to ${max} characters, with a letter, digit or symbol among them`;
  if (text !== text.trim()) return 'must not begin or end with a space';
  const shaped = text.replace(shaping, '');
  if (invisible.test(shaped) || withoutInkless(shaped) !== shaped) {
    return 'must not have control or invisible characters';
  }
  return undefined;
}
