/** Names that people read: of apps, their owners, accounts. They must not pretend to be something else on a page. */

const maxCharacters = 100;
const longestDescription = 300;

/** Control and format characters (among them NUL and bidi overrides), line breaks, lone surrogates, private use. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/u;
/** The two that scripts and emoji need: zero-width joiner and non-joiner. */
const joiners = /[\u200c\u200d]/gu;
const visible = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** What is wrong with a name, undefined when nothing is. */
export function nameProblem(name: string): string | undefined {
  return lineProblem(name, maxCharacters);
}

/** What is wrong with what an app says of itself: a sentence or two on one line. */
export function descriptionProblem(description: string): string | undefined {
  return lineProblem(description, longestDescription);
}

function lineProblem(text: string, most: number): string | undefined {
  if (!visible.test(text) || [...text].length > most) return `must have 1 to ${most} characters`;
  if (text !== text.trim()) return 'must not begin or end with a space';
  if (invisible.test(text.replace(joiners, ''))) return 'must not have control or invisible characters';
  return undefined;
}
