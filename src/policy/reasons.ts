/** What a reviewer says, for the record: a few lines that others will read. */

/** UTF-16 code units, as the schemas of the admin API count. */
export const maxReasonChars = 500;

/** Control and format characters, NUL and bidi overrides among them; a reason may have lines. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/u;
const allowed = /[\n\r\t\u200c\u200d]/g;

/** What is wrong with a reason, undefined when nothing is. An empty one is none. */
export function reasonProblem(reason: string): string | undefined {
  if (reason.length > maxReasonChars) return `must have at most ${maxReasonChars} characters`;
  if (invisible.test(reason.replace(allowed, ''))) return 'must not have control or invisible characters';
  return undefined;
}
