/** The reason that an admin typed. */
import { hasInk } from '../../policy/names.ts';
import { reasonProblem } from '../../policy/reasons.ts';
import { field } from '../http/forms.ts';

export function readReason(form: URLSearchParams, name = 'reason'): { reason: string; problem?: string } {
  const reason = field(form, name).trim();
  if (!hasInk(reason)) return { reason, problem: 'is required: it is what others will read' };
  const problem = reasonProblem(reason);
  return problem ? { reason, problem } : { reason };
}
