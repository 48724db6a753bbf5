/** Reasons that admins give for the audit log: a few lines that others read. */
import { problemText } from './problem-texts.ts';

/** In UTF-16 code units, which the schemas of the admin API count too. */
export const maxReasonChars = 500;

/** Control and format characters, including NUL and bidi overrides. Line breaks are allowed. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/u;
const allowed = /[\n\r\t\u200c\u200d]/g;

/** Returns the problem of a reason; undefined if it is valid. An empty reason is valid here. */
export function reasonProblem(reason: string): string | undefined {
  if (reason.length > maxReasonChars) return problemText('tooLong', maxReasonChars);
  if (invisible.test(reason.replace(allowed, ''))) return problemText('invisible');
  return undefined;
}
