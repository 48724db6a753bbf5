/** What people are told about an app: whether VibeCaaS made it, checked it, is checking it, or has not looked at it. */

export type AppStanding = 'own' | 'verified' | 'in_review' | 'unchecked';

type Moment = Date | string | null | undefined;

/** A suspended client keeps its standing: people can no longer use it, but it is still the same app. */
export function appStanding(client: {
  readonly first_party?: boolean | undefined;
  readonly verified_at?: Moment;
  readonly submitted_at?: Moment;
}): AppStanding {
  if (client.first_party) return 'own';
  if (client.verified_at) return 'verified';
  return client.submitted_at ? 'in_review' : 'unchecked';
}
