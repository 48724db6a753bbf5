/** What a client can be told of. The names and the shapes of `data` are part of the contract: docs/webhooks.md. */

export const webhookEvents = [
  'grant.revoked',
  'client.secret_rotated',
  'client.secret_removed',
  'client.suspended',
  'client.resumed',
] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

/** Sent by hand, whatever the endpoint has chosen. */
export const testEvent = 'webhook.test';

/** In words for the pages. */
export const webhookEventLabels: Readonly<Record<WebhookEvent, string>> = {
  'grant.revoked': 'A person’s access ended before its time',
  'client.secret_rotated': 'The client got another secret',
  'client.secret_removed': 'A secret of the client ended at once',
  'client.suspended': 'The client was suspended',
  'client.resumed': 'The suspension was lifted',
};

/**
 * Why access ended, and no more than the app needs to know: that an account was suspended or got another password is
 * `admin` or `user` too.
 */
export type RevocationReason = 'user' | 'admin' | 'reuse_detected';

/** By who did it: the person themselves, or somebody else. */
export const revocationReason = (actorId: string, accountId: string): RevocationReason =>
  actorId === `account:${accountId}` ? 'user' : 'admin';
