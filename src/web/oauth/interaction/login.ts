/** The answer of an interaction that a person has signed in for. */
import type { InteractionResults } from 'oidc-provider';
import type { ConsentResult } from '../../../oidc/hooks/grants.ts';
import { type Amr, assuranceOf } from '../../../policy/assurance.ts';
import type { Interaction } from './current.ts';

/** A new sign-in begins a new answer. */
export const notMerged = { mergeWithLastSubmission: false };

/** `verifiedAt` is left out if the statement that stores the interaction says when that was. */
export function loginResult(
  interaction: Interaction,
  accountId: string,
  methods: readonly Amr[],
  verifiedAt?: Date,
): InteractionResults {
  const { acr, amr } = assuranceOf(methods);
  const at = verifiedAt && verifiedAt.getTime() / 1000;
  const when = at === undefined ? {} : { ts: Math.floor(at), verifiedAt: at };
  return { ...decidedBy(accountId, interaction), login: { accountId, acr, amr: [...amr], ...when } };
}

/** This person's decision stands: they sign in again because `max_age` ran out while they decided. */
function decidedBy(accountId: string, { lastSubmission }: Interaction): { consent?: ConsentResult } {
  const consent = lastSubmission?.consent as ConsentResult | undefined;
  return consent?.accountId === accountId ? { consent } : {};
}
