/** The queues of pg-boss. They are known without loading it. */
import packageJson from '../../package.json' with { type: 'json' };
import type { Statement } from './database.ts';

export const queueNames = ['webhooks', 'logouts', 'mails'] as const;

export type QueueName = (typeof queueNames)[number];

const library = packageJson.dependencies['pg-boss'];

/** What a migration notes when it has installed them. pg-boss has migrations of its own. */
export const queueVersion = `${library} ${queueNames.join(' ')}`;
/** How a plan, and a start that does not migrate, call what is missing. */
export const queueMigration = `the queues of pg-boss ${library}`;

export const queueIsUp: Statement = {
  name: 'migrations-queue',
  text: "SELECT FROM settings WHERE name = 'queue' AND value = $1",
};
