/** The reason that an admin typed. */

import type { Problem } from '../../../views/admin/fields.ts';
import { m } from '../../../views/messages/index.ts';
import { hasInk } from '../../policy/names.ts';
import { reasonProblem } from '../../policy/reasons.ts';
import { field } from '../http/forms.ts';
import { ruleWords } from '../http/rule-words.ts';

export function readReason(form: URLSearchParams, name = 'reason'): { reason: string; problem?: Problem } {
  const reason = field(form, name).trim();
  if (!hasInk(reason)) return { reason, problem: m().adminFrame.reasonNeeded };
  const problem = reasonProblem(reason);
  return problem ? { reason, problem: ruleWords(problem) } : { reason };
}
