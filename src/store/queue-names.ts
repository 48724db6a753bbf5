/** The queues of pg-boss. They are known without loading it. */
export const queueNames = ['webhooks', 'logouts', 'mails'] as const;

export type QueueName = (typeof queueNames)[number];
