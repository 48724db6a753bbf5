/**
 * Where a client stands: a draft, waiting for a reviewer, verified; or suspended, whatever it was before. Drafts and
 * clients in review work, and people are told that nobody has checked them.
 */

export const clientStates = ['draft', 'in_review', 'verified', 'suspended'] as const;

export type ClientState = (typeof clientStates)[number];

export function clientState(client: {
  readonly status: 'active' | 'disabled' | 'blocked';
  readonly submitted_at: Date | null;
  readonly verified_at: Date | null;
}): ClientState {
  if (client.status !== 'active') return 'suspended';
  if (client.verified_at) return 'verified';
  return client.submitted_at ? 'in_review' : 'draft';
}
