/** What an account's activity consists of: the parts of the audit log that a person can choose between. */

/** `work` is what the account did to other things: apps that it builds, and, for an admin, everything else. */
export const activityKinds = ['sign-in', 'apps', 'account', 'work'] as const;
export type ActivityKind = (typeof activityKinds)[number];

/** Events on the account itself that are about getting in and out. All others on it are changes. */
export const signInActions = [
  'account.signed_in',
  'account.signed_out_everywhere',
  'session.ended',
  'session.others_ended',
] as const;

interface RecordedEvent {
  readonly actor: string;
  readonly target: string;
  readonly details: unknown;
}

/** The client that an event is about; undefined if it is about none. */
export function clientOfEvent({ target, details }: RecordedEvent): string | undefined {
  if (target.startsWith('client:')) return target.slice('client:'.length);
  const { client } = (details ?? {}) as { client?: unknown };
  return typeof client === 'string' ? client : undefined;
}

/** Returns the cause of an event as its person is told: themselves, the app that it is about, or somebody of VibeCaaS. */
export function causeOf(event: RecordedEvent, accountId: string): 'you' | 'app' | 'us' {
  if (event.actor === `account:${accountId}`) return 'you';
  const client = clientOfEvent(event);
  return client !== undefined && event.actor === `client:${client}` ? 'app' : 'us';
}
