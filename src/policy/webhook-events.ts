/** The events of webhooks. Their names and the shapes of `data` are public: docs/webhooks.md. */

export const webhookEvents = [
  'grant.revoked',
  'client.secret_rotated',
  'client.secret_removed',
  'client.suspended',
  'client.resumed',
] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

/** Sent at the request of an admin, whichever events the endpoint receives. */
export const testEvent = 'webhook.test';

/**
 * Why access ended. Apps learn no more than they need: a suspension of the account is `admin`, a new password is `admin` or
 * `user`.
 */
export type RevocationReason = 'user' | 'admin' | 'reuse_detected' | 'leaked';

/** Returns the reason by the actor: the person, or somebody else. */
export const revocationReason = (actorId: string, accountId: string): RevocationReason =>
  actorId === `account:${accountId}` ? 'user' : 'admin';
