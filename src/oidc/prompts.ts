/** When the engine asks the person, and what it hands to the pages: its own policy, with what we remember beside it. */
import { interactionPolicy } from 'oidc-provider';
import type { Consent } from '../store/consents.ts';
import { memo } from './memo.ts';

export function promptPolicy() {
  const policy = interactionPolicy.base();
  const consent = policy.get('consent');
  if (!consent) throw new Error('the engine has no consent prompt');
  consent.details = async (ctx) => ({
    remembered: memo().consent,
    full: memo().full,
    optional: ctx.oidc.client?.optional_scope ?? '',
  });
  return policy;
}

/** Whether the app had as many people as it may when the consent page was asked for, and this person was none of them. */
export function wasFull(prompt: { details: Record<string, unknown> }): boolean {
  return prompt.details.full === true;
}

/** What was remembered when the consent page was asked for, as an interaction keeps it. */
export function rememberedOf(prompt: { details: Record<string, unknown> }): Consent | undefined {
  const stored = prompt.details.remembered as
    | (Omit<Consent, 'created_at' | 'updated_at'> & Record<string, string>)
    | undefined;
  if (!stored) return undefined;
  const { granted, refused, created_at: created, updated_at: updated } = stored;
  return { granted, refused, created_at: new Date(created as string), updated_at: new Date(updated as string) };
}

/** The client's optional scopes when the consent page was asked for; undefined when the page is another one. */
export function optionalOf(prompt: { details: Record<string, unknown> }): string | undefined {
  return prompt.details.optional as string | undefined;
}
